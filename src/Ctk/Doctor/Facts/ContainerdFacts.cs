using GpuContainers.Engines;

namespace GpuContainers.Ctk.Doctor.Facts;

/// <summary>containerd: of the system, and inside k3s and RKE2.</summary>
internal static class ContainerdFacts
{
    // The plugin by version of the configuration; the newest first.
    private static readonly string[] s_plugins = ["io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri", "cri"];

    /// <summary>Those of a machine.</summary>
    public static IEnumerable<EngineFacts> Find(Machine machine)
    {
        if (EngineSearch.IsThere(machine, "containerd", "/run/containerd/containerd.sock", "containerd.service"))
        {
            yield return Read(machine, new EngineFacts("containerd", "containerd")
            {
                Version = EngineSearch.Version(machine, "containerd"),
                ConfigPath = Engine.Containerd.ConfigPath,
                Process = EngineSearch.Process(machine, "containerd"),
                Configure = ["nvidia-ctk", "runtime", "configure", "--runtime=containerd"],
                Restart = ["systemctl", "restart", "containerd"],
            });
        }
        foreach ((string name, string folder, string unit) in Embedded(machine))
        {
            string template = folder + "/config.toml.tmpl";
            yield return Read(machine, new EngineFacts("containerd", $"containerd of {name}")
            {
                ConfigPath = folder + "/config.toml",
                Configure = ["nvidia-ctk", "runtime", "configure", "--runtime=containerd", "--config=" + template],
                Restart = ["systemctl", "restart", unit],
            });
        }
    }

    // k3s and RKE2 write the configuration of their containerd at each start.
    private static IEnumerable<(string Name, string Folder, string Unit)> Embedded(Machine machine)
    {
        foreach ((string name, string title) in ((string, string)[])[("k3s", "k3s"), ("rke2", "RKE2")])
        {
            string folder = $"/var/lib/rancher/{name}/agent/etc/containerd";
            string[] units = [name, name + "-server", name + "-agent"];
            if (machine.Has(folder + "/config.toml"))
                yield return (title, folder, Array.Find(units, unit => SystemdUnit.Exists(machine, unit + ".service")) ?? name);
        }
    }

    private static EngineFacts Read(Machine machine, EngineFacts engine)
    {
        var layers = new TomlLayers();
        layers.Add(machine, engine.ConfigPath);
        foreach (string import in layers.List("imports"))
        {
            string pattern = import.StartsWith('/') ? import : LexicalPath.Join(LexicalPath.Parent(engine.ConfigPath), import);
            foreach (string file in machine.Context.Files.Glob(machine.At("/"), pattern))
                layers.Add(machine, machine.Shown(file));
        }
        string version = layers.Find("version")?.ToString() ?? "";
        bool isThird = version == "3" || (version.Length == 0 && engine.Version.StartsWith('2'));
        string plugin = Array.Find(s_plugins, name => layers.Find("plugins", name) is not null) ?? s_plugins[isThird ? 0 : 1];
        string[] runtimes = ["plugins", plugin, "containerd", "runtimes"];
        string byDefault = layers.Text("plugins", plugin, "containerd", "default_runtime_name");
        engine = engine with
        {
            ConfigFiles = layers.Files,
            Problem = layers.Problem,
            Runtimes = layers.Names(runtimes).ToDictionary(static name => name, name => Program(layers, [.. runtimes, name, "options"])),
            DefaultRuntime = byDefault.Length > 0 ? byDefault : "runc",
            HasCdi = layers.Flag("plugins", plugin, "enable_cdi") ?? engine.Version.StartsWith('2'),
        };
        IReadOnlyList<string> folders = layers.List("plugins", plugin, "cdi_spec_dirs");
        bool? systemd = Systemd(layers, [.. runtimes, engine.DefaultRuntime]);
        return engine with
        {
            CdiFolders = folders.Count > 0 ? folders : engine.CdiFolders,
            UsesSystemd = systemd,
            OtherCgroupDriver = [.. engine.Runtimes.Keys.Where(name => (Systemd(layers, [.. runtimes, name]) ?? false) != (systemd ?? false))],
        };
    }

    private static string Program(TomlLayers layers, string[] options) => layers.Text([.. options, "BinaryName"]);

    private static bool? Systemd(TomlLayers layers, string[] runtime) => layers.Flag([.. runtime, "options", "SystemdCgroup"]);
}
