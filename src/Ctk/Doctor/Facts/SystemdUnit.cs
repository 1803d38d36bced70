namespace GpuContainers.Ctk.Doctor.Facts;

/// <summary>Units of systemd, by their files.</summary>
internal static class SystemdUnit
{
    private static readonly string[] s_folders = ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
        "/lib/systemd/system"];

    /// <summary>Whether systemd runs this machine.</summary>
    public static bool Runs(Machine machine) => machine.Has("/run/systemd/system");

    /// <summary>Whether a unit is installed.</summary>
    public static bool Exists(Machine machine, string unit) => s_folders.Any(folder => machine.Has($"{folder}/{unit}"));

    /// <summary>Whether a unit is started at boot: some target wants it.</summary>
    public static bool IsEnabled(Machine machine, string unit) =>
        machine.Names(s_folders[0]).Where(static name => name.EndsWith(".wants", StringComparison.Ordinal))
            .Any(target => HostFile.TryStatus(machine.At($"{s_folders[0]}/{target}/{unit}"), followLinks: false, out _));
}
