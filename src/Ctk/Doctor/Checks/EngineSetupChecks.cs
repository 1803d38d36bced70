using GpuContainers.Engines;

namespace GpuContainers.Ctk.Doctor.Checks;

/// <summary>What is easily set up wrongly: files that an engine does not read, control groups that do not fit, several engines of one kind.</summary>
internal static class EngineSetupChecks
{
    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        new Check("engine-drop-in", Subject.Engines, "what stands in a file that the engine does not read has no effect", DropIns),
        new Check("engine-cgroup-driver", Subject.Engines, "containers of a runtime with another cgroup driver than the engine's are killed or flap",
            CgroupDriver),
        new Check("engine-cdi", Subject.Engines, "a release without CDI ignores the setting", Cdi),
        Check.Of("engine-several", Subject.Engines, "configuring one containerd does not configure the other", Several),
    ];

    private static List<Finding> DropIns(Machine machine)
    {
        EngineFacts[] engines = [.. machine.Engines.Where(static engine => engine.Kind is "containerd" or "crio")];
        var findings = new List<Finding>();
        foreach (EngineFacts engine in engines)
        {
            string folder = LexicalPath.Parent(engine.ConfigPath);
            foreach (string name in (string[])["conf.d", "config.d", "crio.conf.d"])
            {
                foreach (string file in machine.Names($"{folder}/{name}").Where(static file => file.Contains("nvidia", StringComparison.Ordinal)))
                {
                    string path = $"{folder}/{name}/{file}";
                    if (!engine.ConfigFiles.Contains(path))
                        findings.Add(Finding.Error($"{engine.Title} does not read {path}: no import in {engine.ConfigPath} names it",
                            Cure.Fix(engine.Configure).Then(engine.Restart)));
                }
            }
        }
        return findings.Count > 0 ? findings : [engines.Length == 0 ? Finding.NotApplicable("no engine here has drop-in files")
            : Finding.Ok("the engines read every drop-in file of the toolkit")];
    }

    private static List<Finding> CgroupDriver(Machine machine)
    {
        var findings = new List<Finding>();
        foreach (EngineFacts engine in machine.Engines)
        {
            string[] others = [.. engine.OtherCgroupDriver.Where(name => engine.GpuRuntimes.Any(runtime => runtime.Key == name))];
            if (others.Length > 0)
            {
                string wanted = engine.UsesSystemd == true ? "on" : "off";
                findings.Add(Finding.Error($"{engine.Title}: SystemdCgroup is {wanted} for {engine.DefaultRuntime}, and not for {string.Join(", ", others)}",
                    Cure.Fix(engine.Configure).Then(engine.Restart)));
            }
            else if (engine is { Kind: "docker", UsesSystemd: false } && SystemdUnit.Runs(machine) && machine.Has("/sys/fs/cgroup/cgroup.controllers"))
            {
                findings.Add(Finding.Warning($"{engine.Title} uses cgroupfs on a machine whose control groups systemd manages",
                    Cure.Advise($"remove native.cgroupdriver=cgroupfs from exec-opts in {engine.ConfigPath}, and restart Docker")));
            }
        }
        return findings.Count > 0 ? findings : [machine.Engines.Count == 0 ? Finding.NotApplicable("there is not an engine")
            : Finding.Ok("every runtime uses the cgroup driver of its engine")];
    }

    private static List<Finding> Cdi(Machine machine)
    {
        (string Kind, string First)[] firsts = [("docker", "25.0.0"), ("containerd", "1.7.0"), ("podman", "4.1.0"), ("crio", "1.23.0")];
        var findings = new List<Finding>();
        foreach (EngineFacts engine in machine.Engines.Where(static engine => engine.HasCdi))
        {
            string first = firsts.First(known => known.Kind == engine.Kind).First;
            if (Version.TryParse(engine.Version, out Version? version) && version < Version.Parse(first))
                findings.Add(Finding.Warning($"{engine.Title} {engine.Version} does not know CDI, which began with {first}",
                    engine.Configure.Count > 0 ? Cure.Advise($"update it, or use the runtime: {Cure.Fix(engine.Configure).Text}") : Cure.Advise("update it")));
        }
        return findings.Count > 0 ? findings : [machine.Engines.Any(static engine => engine.HasCdi)
            ? Finding.Ok("the engines that resolve CDI names are new enough")
            : Finding.NotApplicable("no engine resolves CDI names by itself")];
    }

    private static Finding Several(Machine machine)
    {
        EngineFacts[] found = [.. machine.Engines.Where(static engine => engine.Kind == Engine.Containerd.Name)];
        if (found.Length < 2)
            return Finding.NotApplicable("there are not several containerds");
        EngineFacts? bare = Array.Find(found, static engine => !engine.GpuRuntimes.Any() && !engine.HasCdi);
        string all = string.Join(" and ", found.Select(static engine => engine.Title));
        return bare is null ? Finding.Ok($"{all} are all set up for GPUs")
            : Finding.Warning($"{all} are here, and {bare.Title} is not set up for GPUs", Cure.Fix(bare.Configure).Then(bare.Restart));
    }
}
