namespace GpuContainers.Ctk.Doctor.Facts;

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
