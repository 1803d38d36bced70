using System.Text.RegularExpressions;
using GpuContainers.Configuration;
using GpuContainers.Configuration.Toml;
using GpuContainers.Engines;

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

/// <summary>Podman, which has no daemon: its configuration counts for the next container.</summary>
internal static class PodmanFacts
{
    private static readonly string[] s_files = ["/usr/share/containers/containers.conf", "/etc/containers/containers.conf"];

    /// <summary>That of a machine, if it has one.</summary>
    public static IEnumerable<EngineFacts> Find(Machine machine)
    {
        if (machine.Program("podman") is null)
            yield break;
        var layers = new TomlLayers();
        foreach (string file in s_files)
            layers.Add(machine, file);
        foreach (string name in machine.Names(s_files[1] + ".d").Where(static name => name.EndsWith(".conf", StringComparison.Ordinal)))
            layers.Add(machine, $"{s_files[1]}.d/{name}");
        IReadOnlyList<string> folders = layers.List("engine", "cdi_spec_dirs");
        string byDefault = layers.Text("engine", "runtime"), manager = layers.Text("engine", "cgroup_manager");
        yield return new EngineFacts("podman", "Podman")
        {
            Version = EngineSearch.Version(machine, "podman"),
            ConfigPath = s_files[1],
            ConfigFiles = layers.Files,
            Problem = layers.Problem,
            Runtimes = layers.Names("engine", "runtimes").ToDictionary(static name => name, name => First(layers, machine, name)),
            DefaultRuntime = byDefault.Length > 0 ? byDefault : "crun",
            UsesSystemd = manager.Length == 0 ? null : manager == "systemd",
            HasCdi = true,
            CdiFolders = folders.Count > 0 ? folders : ["/etc/cdi", "/var/run/cdi"],
        };
    }

    // A runtime is a list of paths, of which the first that exists counts.
    private static string First(TomlLayers layers, Machine machine, string name)
    {
        IReadOnlyList<string> paths = layers.List("engine", "runtimes", name);
        return paths.FirstOrDefault(path => machine.Program(path) is not null) ?? (paths.Count > 0 ? paths[0] : "");
    }
}

/// <summary>CRI-O.</summary>
internal static class CrioFacts
{
    private static readonly string[] s_runtime = ["crio", "runtime"];

    /// <summary>That of a machine, if it has one.</summary>
    public static IEnumerable<EngineFacts> Find(Machine machine)
    {
        if (!EngineSearch.IsThere(machine, "crio", "/run/crio/crio.sock", "crio.service"))
            yield break;
        var layers = new TomlLayers();
        layers.Add(machine, Engine.Crio.ConfigPath);
        foreach (string name in machine.Names(Engine.Crio.ConfigPath + ".d"))
            layers.Add(machine, $"{Engine.Crio.ConfigPath}.d/{name}");
        IReadOnlyList<string> folders = layers.List([.. s_runtime, "cdi_spec_dirs"]);
        string byDefault = layers.Text([.. s_runtime, "default_runtime"]);
        yield return new EngineFacts("crio", "CRI-O")
        {
            Version = EngineSearch.Version(machine, "crio"),
            ConfigPath = Engine.Crio.ConfigPath,
            ConfigFiles = layers.Files,
            Problem = layers.Problem,
            Runtimes = layers.Names([.. s_runtime, "runtimes"])
                .ToDictionary(static name => name, name => layers.Text([.. s_runtime, "runtimes", name, "runtime_path"])),
            DefaultRuntime = byDefault.Length > 0 ? byDefault : "crun",
            UsesSystemd = layers.Text([.. s_runtime, "cgroup_manager"]) is "" or "systemd",
            // CRI-O resolves CDI names since 1.23 and has no switch for it.
            HasCdi = true,
            CdiFolders = folders.Count > 0 ? folders : ["/etc/cdi", "/var/run/cdi"],
            Process = EngineSearch.Process(machine, "crio"),
            Configure = ["nvidia-ctk", "runtime", "configure", "--runtime=crio"],
            Restart = ["systemctl", "restart", "crio"],
        };
    }
}

/// <summary>TOML files that an engine reads one after the other: what a later one says counts.</summary>
internal sealed class TomlLayers
{
    private readonly List<TomlTable> _layers = [];
    private readonly List<string> _files = [];

    /// <summary>The files that exist, in the order of reading.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>What is wrong with the first file that cannot be read as TOML; empty when all can.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Adds a file; nothing happens when it is missing.</summary>
    public void Add(Machine machine, string path)
    {
        if (machine.Text(path) is not { } text)
            return;
        _files.Add(path);
        try
        {
            _layers.Add(TomlDocument.Parse(Encoding.UTF8.GetBytes(text)).Root);
        }
        catch (ConfigurationException broken)
        {
            if (Problem.Length == 0)
                Problem = $"{path}: {broken.Message}";
        }
    }

    /// <summary>The value that counts; null when no file has it.</summary>
    public TomlValue? Find(params string[] path)
    {
        TomlValue? found = null;
        foreach (TomlTable layer in _layers)
            found = layer.Find(path) ?? found;
        return found;
    }

    /// <summary>A string; empty when there is none.</summary>
    public string Text(params string[] path) => (Find(path) as TomlString)?.Value ?? "";

    /// <summary>A boolean; null when there is none.</summary>
    public bool? Flag(params string[] path) => (Find(path) as TomlBoolean)?.Value;

    /// <summary>The strings of an array; empty when there is none.</summary>
    public IReadOnlyList<string> List(params string[] path) =>
        Find(path) is TomlArray array ? [.. array.Items.OfType<TomlString>().Select(static item => item.Value)] : [];

    /// <summary>The names in a table, over all files, in the order of their first places.</summary>
    public IReadOnlyList<string> Names(params string[] path) =>
        [.. _layers.Select(layer => layer.Find(path)).OfType<TomlTable>().SelectMany(static table => table.Entries.Select(static entry => entry.Name))
            .Distinct()];
}
