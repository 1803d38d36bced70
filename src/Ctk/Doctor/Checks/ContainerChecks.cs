namespace GpuContainers.Ctk.Doctor.Checks;

/// <summary>Running containers, and the control groups they run in.</summary>
internal static class ContainerChecks
{
    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        Check.Of("containers-keep-gpus", Subject.Containers,
            "a daemon-reload, which package updates do, takes from these containers the GPUs that a hook gave them behind systemd's back", KeepGpus),
        Check.Of("cgroup-devices", Subject.Containers, "without the devices controller nothing keeps a container from GPUs that it was not given", Devices),
    ];

    private static Finding KeepGpus(Machine machine)
    {
        RunningContainer[] running = [.. RunningContainer.List(machine)];
        if (running.Length == 0)
            return Finding.NotApplicable("no container runs, or this user may not see them");
        string[] losing = [.. running.Where(static container => container.LosesGpus).Select(static container =>
            container.Id[..Math.Min(12, container.Id.Length)])];
        if (losing.Length == 0)
            return Finding.Ok($"{Text.Count(running.Length, "container")}, none of which would lose a GPU");
        return Finding.Warning($"{Text.Count(losing.Length, "container")} would lose {(losing.Length == 1 ? "its" : "their")} GPUs at the next daemon-reload: "
            + Text.Some(losing, 3), Cure.Advise("create them anew with the nvidia runtime in mode auto, or with --device nvidia.com/gpu=all"));
    }

    private static Finding Devices(Machine machine)
    {
        if (machine.Has("/sys/fs/cgroup/cgroup.controllers"))
            return Finding.Ok("cgroup v2: device rules are programs, which the low-level runtime and this toolkit write");
        if (machine.Names("/sys/fs/cgroup").Count == 0)
            return Finding.NotApplicable("no control groups are mounted");
        return machine.Has("/sys/fs/cgroup/devices") ? Finding.Ok("cgroup v1 with the devices controller")
            : Finding.Warning("cgroup v1 without the devices controller", Cure.Type("mkdir", "-p", "/sys/fs/cgroup/devices")
                .Then("mount", "-t", "cgroup", "-o", "devices", "cgroup", "/sys/fs/cgroup/devices"));
    }
}
