using System.Text.RegularExpressions;

namespace GpuContainers.Ctk.Doctor.Facts;

/// <summary>Finds the engines of a machine: by program, unit, socket and configuration.</summary>
internal static partial class EngineSearch
{
    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<EngineFacts> Find(Machine machine) =>
        [.. ContainerdFacts.Find(machine), .. CrioFacts.Find(machine), .. DockerFacts.Find(machine), .. PodmanFacts.Find(machine)];

    /// <summary>Whether the machine has an engine's program, its socket or its unit.</summary>
    public static bool IsThere(Machine machine, string program, string socket, string unit) =>
        machine.Program(program) is not null || machine.Has(socket) || machine.Has("/usr/lib/systemd/system/" + unit)
            || machine.Has("/lib/systemd/system/" + unit)
        || machine.Has("/etc/systemd/system/" + unit);

    /// <summary>The version that a program prints for <c>--version</c>; empty when there is none.</summary>
    public static string Version(Machine machine, string program) =>
        machine.Program(program) is { } path && machine.Ask(path, "--version") is { } text ? VersionForm().Match(text).Value : "";

    /// <summary>The process of a daemon in this machine's own process namespace; empty when none runs.</summary>
    public static string Process(Machine machine, string name)
    {
        string? own = HostFile.ReadLink(machine.At("/proc/self/ns/pid"));
        foreach (string process in machine.Names("/proc"))
        {
            if (char.IsAsciiDigit(process[0]) && HostFile.TryReadAll(machine.At($"/proc/{process}/comm"), 64, out byte[] comm, out _)
                && System.Text.Encoding.UTF8.GetString(comm).TrimEnd('\n') == name
                && (HostFile.ReadLink(machine.At($"/proc/{process}/ns/pid")) is not { } other || own is null || other == own))
                return process;
        }
        return "";
    }

    [GeneratedRegex("[0-9]+\\.[0-9]+\\.[0-9]+")]
    private static partial Regex VersionForm();
}
