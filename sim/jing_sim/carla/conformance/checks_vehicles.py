"""`carla.Vehicle`: controls, physics, lights, doors, telemetry."""

import math

import carla

from jing_sim.carla.conformance.bench import Bench, equal, near, true
from jing_sim.carla.conformance.registry import check

__all__: list[str] = []


def _forward_speed(car: "carla.Vehicle") -> float:
    way, v = car.get_transform().get_forward_vector(), car.get_velocity()
    return float(way.x * v.x + way.y * v.y + way.z * v.z)


@check("vehicle")
def throttle_goes_forward(bench: Bench) -> None:
    """With throttle a car drives forward."""
    car = bench.car(0)
    car.apply_control(carla.VehicleControl(throttle=0.7))
    bench.tick(40)
    true(_forward_speed(car) > 2.0, f"{_forward_speed(car):.2f} m/s after 2 s")


@check("vehicle")
def reverse_goes_back(bench: Bench) -> None:
    """With reverse a car drives back."""
    car = bench.car(0)
    car.apply_control(carla.VehicleControl(throttle=0.6, reverse=True))
    bench.tick(40)
    true(_forward_speed(car) < -1.0, f"{_forward_speed(car):.2f} m/s after 2 s")


@check("vehicle")
def brake_stops(bench: Bench) -> None:
    """Full brake stops a car from 10 m/s within 12 m."""
    car = bench.car(0)
    car.set_target_velocity(car.get_transform().get_forward_vector() * 10.0)
    car.apply_control(carla.VehicleControl(brake=1.0))
    bench.tick()
    begin = car.get_location()
    bench.tick(60)
    near(car.get_velocity().length(), 0.0, 0.1, "speed after 3 s")
    true(car.get_location().distance(begin) < 12.0, f"{car.get_location().distance(begin):.1f} m")


@check("vehicle")
def hand_brake_holds(bench: Bench) -> None:
    """The hand brake holds a car against its engine, or nearly."""
    car = bench.car(0)
    car.apply_control(carla.VehicleControl(hand_brake=True))
    bench.tick(20)
    near(car.get_velocity().length(), 0.0, 0.05, "speed")


@check("vehicle")
def steer_right_turns_right(bench: Bench) -> None:
    """Positive steer turns to the right: yaw grows."""
    car = bench.car(0)
    before = car.get_transform().rotation.yaw
    car.apply_control(carla.VehicleControl(throttle=0.5, steer=0.4))
    bench.tick(40)
    turned = (car.get_transform().rotation.yaw - before + 180) % 360 - 180
    true(turned > 2.0, f"turned by {turned:.1f} degrees")


@check("vehicle")
def control_is_shown(bench: Bench) -> None:
    """get_control shows what was applied."""
    car = bench.car(0)
    car.apply_control(carla.VehicleControl(throttle=0.25, steer=-0.5, brake=0.0))
    bench.tick(2)
    found = car.get_control()
    near(found.throttle, 0.25, 1e-3, "throttle")
    near(found.steer, -0.5, 1e-3, "steer")
    equal((found.hand_brake, found.reverse), (False, False), "hand_brake, reverse")


@check("vehicle")
def control_stays(bench: Bench) -> None:
    """A control holds until the next one."""
    car = bench.car(0)
    car.apply_control(carla.VehicleControl(throttle=0.5))
    bench.tick(20)
    near(car.get_control().throttle, 0.5, 1e-3, "throttle")


@check("vehicle")
def control_that_is_not_sticky(bench: Bench) -> None:
    """With sticky_control=False a control ends after a tick."""
    car = bench.spawn("vehicle.tesla.model3", bench.point(0), sticky_control="False")
    bench.tick(10)
    car.apply_control(carla.VehicleControl(throttle=0.8))
    bench.tick(3)
    near(car.get_control().throttle, 0.0, 1e-3, "throttle")


@check("vehicle")
def gears(bench: Bench) -> None:
    """The first gear is 1; reverse is -1; manual shifting holds a gear."""
    car = bench.car(0)
    car.apply_control(carla.VehicleControl(throttle=0.4))
    bench.tick(10)
    true(car.get_control().gear >= 1, f"gear {car.get_control().gear}")
    car.apply_control(carla.VehicleControl(throttle=0.0, brake=1.0))
    bench.tick(20)
    car.apply_control(carla.VehicleControl(throttle=0.3, reverse=True))
    bench.tick(20)
    equal(car.get_control().gear, -1, "gear in reverse")


@check("vehicle")
def physics_round_trip(bench: Bench) -> None:
    """apply_physics_control sets what get_physics_control shows."""
    car = bench.car(0)
    physics = car.get_physics_control()
    physics.mass, physics.drag_coefficient, physics.max_rpm = 2100.0, 0.25, 6200.0
    physics.final_ratio, physics.gear_switch_time = 4.5, 0.3
    wheels = physics.wheels
    for wheel in wheels:
        wheel.tire_friction = 2.2
    physics.wheels = wheels
    car.apply_physics_control(physics)
    bench.tick(3)
    found = car.get_physics_control()
    near(found.mass, 2100.0, 0.5, "mass")
    near(found.drag_coefficient, 0.25, 1e-3, "drag_coefficient")
    near(found.max_rpm, 6200.0, 0.5, "max_rpm")
    near(found.final_ratio, 4.5, 1e-3, "final_ratio")
    equal(len(found.wheels), len(wheels), "wheels")
    near(found.wheels[0].tire_friction, 2.2, 1e-3, "tire_friction")


@check("vehicle")
def physics_has_plausible_figures(bench: Bench) -> None:
    """A car has a mass, a torque curve, gears, a steering curve and four wheels."""
    physics = bench.car(0).get_physics_control()
    true(900 < physics.mass < 3000, f"mass {physics.mass}")
    true(len(physics.torque_curve) >= 2, "torque curve")
    true(len(physics.forward_gears) >= 1, "gears")
    true(len(physics.steering_curve) >= 2, "steering curve")
    equal(len(physics.wheels), 4, "wheels")
    true(20 < physics.wheels[0].radius < 60, f"radius {physics.wheels[0].radius} cm")


@check("vehicle")
def heavier_is_slower(bench: Bench) -> None:
    """Three times the mass speeds up less."""
    speeds = []
    for factor in (1.0, 3.0):
        car = bench.car(0)
        physics = car.get_physics_control()
        physics.mass *= factor
        car.apply_physics_control(physics)
        bench.tick(20)
        car.apply_control(carla.VehicleControl(throttle=1.0))
        bench.tick(60)
        speeds.append(_forward_speed(car))
        car.destroy()
        bench.tick()
    true(speeds[1] < 0.9 * speeds[0], f"{speeds[0]:.1f} and {speeds[1]:.1f} m/s")


@check("vehicle")
def less_friction_longer_way(bench: Bench) -> None:
    """On tyres with a third of the friction a car brakes longer."""
    ways = []
    for friction in (3.0, 0.7):
        car = bench.car(0)
        physics = car.get_physics_control()
        wheels = physics.wheels
        for wheel in wheels:
            wheel.tire_friction = friction
        physics.wheels = wheels
        car.apply_physics_control(physics)
        bench.tick(5)
        car.set_target_velocity(car.get_transform().get_forward_vector() * 10.0)
        car.apply_control(carla.VehicleControl(brake=1.0))
        begin = car.get_location()
        bench.tick(80)
        ways.append(car.get_location().distance(begin))
        car.destroy()
        bench.tick()
    true(ways[1] > 1.3 * ways[0], f"{ways[0]:.1f} m and {ways[1]:.1f} m")


@check("vehicle")
def light_states(bench: Bench) -> None:
    """set_light_state sets what get_light_state shows."""
    car = bench.car(0)
    lights = carla.VehicleLightState(carla.VehicleLightState.Position | carla.VehicleLightState.LeftBlinker)
    car.set_light_state(lights)
    bench.tick(2)
    equal(int(car.get_light_state()), int(lights), "lights")


@check("vehicle")
def doors(bench: Bench) -> None:
    """Doors open and close without an error."""
    car = bench.car(0)
    car.open_door(carla.VehicleDoor.All)
    bench.tick()
    car.close_door(carla.VehicleDoor.All)
    bench.tick()


@check("vehicle")
def wheel_angles(bench: Bench) -> None:
    """get_wheel_steer_angle shows degrees, positive to the right."""
    car = bench.car(0)
    car.apply_control(carla.VehicleControl(steer=0.5))
    bench.tick(20)
    true(car.get_wheel_steer_angle(carla.VehicleWheelLocation.FL_Wheel) > 3.0, "the wheel does not turn right")


@check("vehicle")
def telemetry(bench: Bench) -> None:
    """Telemetry shows speed, engine and wheels."""
    car = bench.car(0)
    car.apply_control(carla.VehicleControl(throttle=0.6))
    bench.tick(30)
    data = car.get_telemetry_data()
    near(data.speed, car.get_velocity().length(), 0.5, "speed")
    true(data.engine_rpm > 0, f"engine {data.engine_rpm} rpm")
    equal(len(data.wheels), 4, "wheels")


@check("vehicle")
def ackermann(bench: Bench) -> None:
    """apply_ackermann_control approaches a speed; with the gains that CARLA begins with it takes its time."""
    car = bench.car(0)
    car.apply_ackermann_control(carla.VehicleAckermannControl(speed=6.0, acceleration=3.0))
    bench.tick(360)
    near(car.get_velocity().length(), 6.0, 1.5, "speed after 18 s")


@check("vehicle")
def ackermann_settings(bench: Bench) -> None:
    """The gains of the Ackermann controller round-trip."""
    car = bench.car(0)
    gains = carla.AckermannControllerSettings(speed_kp=0.2, speed_ki=0.01, speed_kd=0.3, accel_kp=0.02)
    car.apply_ackermann_controller_settings(gains)
    bench.tick()
    near(car.get_ackermann_controller_settings().speed_kp, 0.2, 1e-4, "speed_kp")


@check("vehicle")
def speed_limit(bench: Bench) -> None:
    """A car on the road has a speed limit in km/h."""
    car = bench.car(0)
    true(5.0 <= car.get_speed_limit() <= 150.0, f"{car.get_speed_limit()}")


@check("vehicle")
def two_wheels(bench: Bench) -> None:
    """A bicycle and a motorcycle stand, drive and have two wheels."""
    for number, name in enumerate(("vehicle.diamondback.century", "vehicle.yamaha.yzf")):
        bike = bench.car(number, name)
        equal(len(bike.get_physics_control().wheels), 2, f"wheels of {name}")
        bike.apply_control(carla.VehicleControl(throttle=0.6))
        bench.tick(40)
        true(_forward_speed(bike) > 0.5, f"{name} at {_forward_speed(bike):.2f} m/s")
        true(abs(bike.get_transform().rotation.roll) < 30.0, f"{name} fell over")


@check("vehicle")
def trucks(bench: Bench) -> None:
    """Large vehicles drive as well."""
    truck = bench.car(0, "vehicle.carlamotors.firetruck")
    true(truck.bounding_box.extent.x > 3.0, f"{truck.bounding_box.extent.x}")
    truck.apply_control(carla.VehicleControl(throttle=0.8))
    bench.tick(60)
    true(_forward_speed(truck) > 1.0, f"{_forward_speed(truck):.2f} m/s")


@check("vehicle")
def failure_state(bench: Bench) -> None:
    """A new car has no failure."""
    car = bench.car(0)
    true("NONE" in str(car.get_failure_state()).upper(), f"{car.get_failure_state()}")


@check("vehicle")
def crash_pushes_the_other(bench: Bench) -> None:
    """A car that drives into a standing one pushes it; the momentum stays about the same."""
    front = bench.car(0)
    back = bench.spawn("vehicle.tesla.model3", bench.ahead(bench.point(0), -12.0))
    bench.tick(20)
    back.set_target_velocity(back.get_transform().get_forward_vector() * 12.0)
    bench.tick(16)
    true(front.get_velocity().length() > 2.0, f"the front car has {front.get_velocity().length():.2f} m/s")
    both = front.get_velocity().length() + back.get_velocity().length()
    true(both < 14.0, f"the speeds add up to {both:.1f} m/s")


@check("vehicle")
def top_speed_is_bounded(bench: Bench) -> None:
    """Speeds are numbers, and no car leaves the ground at full throttle."""
    car = bench.car(0)
    car.apply_control(carla.VehicleControl(throttle=1.0))
    bench.tick(80)
    speed = car.get_velocity().length()
    true(math.isfinite(speed) and speed < 60.0, f"{speed}")
    road = bench.map.get_waypoint(car.get_location()).transform.location.z
    near(car.get_location().z, road, 1.0, "height")
