namespace GpuContainers.Ctk.Doctor.Checks;

/// <summary>The capability nodes of MIG devices, which nobody makes when the devices are made.</summary>
internal static class MigChecks
{
    private const string Capabilities = "/proc/driver/nvidia/capabilities";

    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        Check.Of("mig-nodes", Subject.Devices, "a MIG device without its capability nodes cannot be given to a container", Nodes),
    ];

    private static Finding Nodes(Machine machine)
    {
        DriverFacts driver = machine.Driver;
        (string File, uint Minor)[] wanted = [.. Instances(machine)];
        if (driver.Module is null || wanted.Length == 0)
            return Finding.NotApplicable("there is no MIG device, or this user may not see them");
        if (driver.Majors.Find("nvidia-caps") is not { } major)
            return Finding.Error("the kernel lists MIG devices, but /proc/devices has no nvidia-caps", Cure.Fix("modprobe", "nvidia"));
        (string File, uint Minor)[] missing = [.. wanted.Where(instance => !IsRight(machine, driver, major, instance.Minor))];
        if (missing.Length == 0)
            return Finding.Ok($"{wanted.Length} capability nodes of MIG devices are there");
        string path = driver.Node($"nvidia-caps/nvidia-cap{missing[0].Minor}");
        return Finding.Error($"{path} is missing or has other numbers: {missing.Length} of {wanted.Length} nodes of MIG devices",
            new Cure([.. missing.Select(static instance => (string[])["nvidia-modprobe", "-f", instance.File])], "", true));
    }

    private static bool IsRight(Machine machine, DriverFacts driver, uint major, uint minor) =>
        machine.Status(driver.Node($"nvidia-caps/nvidia-cap{minor}")) is { Kind: FileKind.CharacterDevice } status && status.Major == major
        && status.Minor == minor;

    // The files of GPU instances and their compute instances: gpu0/mig/gi1/access, gpu0/mig/gi1/ci0/access.
    private static IEnumerable<(string File, uint Minor)> Instances(Machine machine)
    {
        foreach (string gpu in machine.Names(Capabilities).Where(static name => name.StartsWith("gpu", StringComparison.Ordinal)))
        {
            string folder = $"{Capabilities}/{gpu}/mig";
            foreach (string instance in machine.Names(folder).Where(static name => name.StartsWith("gi", StringComparison.Ordinal)))
            {
                if (Minor(machine, $"{folder}/{instance}/access") is { } minor)
                    yield return ($"{folder}/{instance}/access", minor);
                foreach (string compute in machine.Names($"{folder}/{instance}").Where(static name => name.StartsWith("ci", StringComparison.Ordinal)))
                {
                    if (Minor(machine, $"{folder}/{instance}/{compute}/access") is { } inner)
                        yield return ($"{folder}/{instance}/{compute}/access", inner);
                }
            }
        }
    }

    private static uint? Minor(Machine machine, string file)
    {
        const string key = "DeviceFileMinor:";
        foreach (string line in (machine.Text(file) ?? "").Split('\n'))
        {
            if (line.StartsWith(key, StringComparison.Ordinal)
                && uint.TryParse(line.AsSpan(key.Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out uint minor))
                return minor;
        }
        return null;
    }
}
