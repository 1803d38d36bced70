namespace GpuContainers.Ctk.Doctor.Checks;

/// <summary>SELinux, AppArmor, and the unit that keeps the specification current.</summary>
internal static class SystemChecks
{
    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        Check.Of("selinux", Subject.System, "SELinux keeps containers from opening the device nodes: \"Insufficient Permissions\"", SeLinux),
        Check.Of("apparmor", Subject.System, "a profile that denies mounts keeps the hooks from working", AppArmor),
        Check.Of("refresh-unit", Subject.System, "nobody generates the specification again after a driver update, a reboot or a change of MIG devices",
            Refresh),
    ];

    private static Finding SeLinux(Machine machine)
    {
        if (machine.Line("/sys/fs/selinux/enforce") != "1")
            return Finding.NotApplicable("SELinux is off or only warns");
        // The present value and the pending one.
        string flag = machine.Line("/sys/fs/selinux/booleans/container_use_devices");
        if (flag.StartsWith('1'))
            return Finding.Ok("SELinux enforces, and lets containers use devices (container_use_devices)");
        return Finding.Warning(flag.Length == 0 ? "SELinux enforces, and its policy has no boolean container_use_devices"
            : "SELinux enforces, and the boolean container_use_devices is off",
            flag.Length == 0 ? Cure.Type("dnf", "install", "container-selinux") : Cure.Fix("setsebool", "-P", "container_use_devices", "on"));
    }

    private static Finding AppArmor(Machine machine)
    {
        if (machine.Line("/sys/module/apparmor/parameters/enabled") != "Y")
            return Finding.NotApplicable("AppArmor is off");
        string profiles = machine.Text("/sys/kernel/security/apparmor/profiles") ?? "";
        string[] ours = [.. profiles.Split('\n').Where(static line => line.Contains("nvidia-container", StringComparison.Ordinal)
            && line.EndsWith("(enforce)", StringComparison.Ordinal))];
        if (ours.Length == 0)
            return Finding.Ok("AppArmor is on, and confines none of the toolkit's programs");
        string name = ours[0].Split(' ')[0];
        return Finding.Warning($"AppArmor confines {name}", Cure.Fix("aa-complain", name));
    }

    private static Finding Refresh(Machine machine)
    {
        string[] files = [.. machine.Cdi.Ours.Select(static file => file.Path)];
        if (files.Length == 0 || !SystemdUnit.Runs(machine))
            return Finding.NotApplicable("there is no specification to keep, or no systemd");
        if (!SystemdUnit.Exists(machine, "nvidia-cdi-refresh.service"))
            return Finding.Warning($"nvidia-cdi-refresh.service is not installed, and {files[0]} is not generated again by itself",
                Cure.Advise("install the toolkit's package, which brings nvidia-cdi-refresh.service and nvidia-cdi-refresh.path"));
        if (SystemdUnit.IsEnabled(machine, "nvidia-cdi-refresh.path") || SystemdUnit.IsEnabled(machine, "nvidia-cdi-refresh.service"))
            return Finding.Ok("nvidia-cdi-refresh generates the specification again when something changes");
        return Finding.Warning("nvidia-cdi-refresh is installed but not enabled",
            Cure.Fix("systemctl", "enable", "--now", "nvidia-cdi-refresh.path", "nvidia-cdi-refresh.service"));
    }
}
