using GpuContainers.Engines;

namespace GpuContainers.Ctk.Doctor.Facts;

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
