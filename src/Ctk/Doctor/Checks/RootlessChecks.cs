namespace GpuContainers.Ctk.Doctor.Checks;

/// <summary>What engines need that run with the rights of a user.</summary>
internal static class RootlessChecks
{
    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        Check.Of("user-namespaces", Subject.System, "a rootless engine, and --userns, make user namespaces", Namespaces),
        Check.Of("subordinate-ids", Subject.System, "without ids of its own a rootless container has one user, and most images cannot be unpacked",
            SubordinateIds),
    ];

    private static Finding Namespaces(Machine machine)
    {
        if (!HasRootless(machine))
            return Finding.NotApplicable("no engine here is rootless");
        if (machine.Line("/proc/sys/user/max_user_namespaces") == "0")
            return Finding.Warning("user.max_user_namespaces is 0: user namespaces are off", Cure.Fix("sysctl", "-w", "user.max_user_namespaces=15000"));
        if (machine.Line("/proc/sys/kernel/unprivileged_userns_clone") == "0")
            return Finding.Warning("kernel.unprivileged_userns_clone is 0: users may not make user namespaces",
                Cure.Fix("sysctl", "-w", "kernel.unprivileged_userns_clone=1"));
        if (machine.Line("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1" && !machine.Has("/etc/apparmor.d/podman")
            && !machine.Has("/etc/apparmor.d/rootlesskit"))
            return Finding.Warning("AppArmor keeps users' programs from making user namespaces (kernel.apparmor_restrict_unprivileged_userns)",
                Cure.Fix("sysctl", "-w", "kernel.apparmor_restrict_unprivileged_userns=0"));
        return Finding.Ok("users may make user namespaces");
    }

    private static bool HasRootless(Machine machine) => machine.Engines.Any(static engine => engine.IsRootless || engine.Kind == "podman");

    private static Finding SubordinateIds(Machine machine)
    {
        HostUser[] users = [.. machine.Names("/run/user").Where(static id => id != "0").Select(id => HostUser.Of(machine, id))];
        if (!HasRootless(machine) || users.Length == 0)
            return Finding.NotApplicable("no engine here is rootless, or no user is logged in");
        string[] without = [.. users.Where(user => !HasIds(machine, "/etc/subuid", user) || !HasIds(machine, "/etc/subgid", user)).Select(static user =>
            user.Name)];
        if (without.Length == 0)
            return Finding.Ok($"{Text.Some([.. users.Select(static user => user.Name)])} has subordinate ids");
        int first = 100000 + (65536 * Ranges(machine));
        string range = string.Create(CultureInfo.InvariantCulture, $"{first}-{first + 65535}");
        return Finding.Warning($"{Text.Some(without)} has no subordinate ids in /etc/subuid and /etc/subgid",
            Cure.Fix("usermod", "--add-subuids", range, "--add-subgids", range, without[0]));
    }

    private static bool HasIds(Machine machine, string file, HostUser user) => (machine.Text(file) ?? "").Split('\n')
        .Any(line => line.StartsWith(user.Name + ":", StringComparison.Ordinal) || line.StartsWith(user.Id + ":", StringComparison.Ordinal));

    private static int Ranges(Machine machine) => (machine.Text("/etc/subuid") ?? "").Split('\n').Count(static line =>
        line.Contains(':', StringComparison.Ordinal));
}
