namespace GpuContainers.Ctk.Doctor.Checks;

/// <summary>The engines that are here: whether they can start containers with GPUs, and whether they have read their configuration.</summary>
internal static class EngineChecks
{
    /// <summary>The checks.</summary>
    public static IReadOnlyList<Check> List { get; } =
    [
        Check.Of("engine-there", Subject.Engines, "it is an engine that starts containers", There),
        new Check("engine-config", Subject.Engines, "an engine does not start with a configuration that it cannot read", Readable),
        new Check("engine-gpus", Subject.Engines,
            "without the runtime and without CDI an engine says: could not select device driver \"\" with capabilities: [[gpu]]", Gpus),
        new Check("engine-runtime", Subject.Engines, "a container with a runtime that is not there does not start", Programs),
        new Check("engine-restart", Subject.Engines, "an engine reads its configuration when it starts", Restart),
        new Check("engine-snap", Subject.Engines, "an engine in a snap sees neither the driver's files nor /etc", Snap),
    ];

    private static Finding There(Machine machine)
    {
        string[] engines = [.. machine.Engines.Select(static engine => $"{engine.Title} {engine.Version}".TrimEnd())];
        return engines.Length > 0 ? Finding.Ok(string.Join(", ", engines))
            : Finding.Warning("neither Docker nor containerd, CRI-O or Podman is here", Cure.Type("apt-get", "install", "docker.io"));
    }

    private static IReadOnlyList<Finding> Readable(Machine machine) => ForEach(machine, static engine =>
        engine.Problem.Length > 0 ? Finding.Error($"{engine.Title}: {engine.Problem}", Cure.Advise($"correct {engine.ConfigPath} at the place that is named"))
        : engine.ConfigFiles.Count > 0 ? Finding.Ok($"{engine.Title}: {Text.Some(engine.ConfigFiles)} can be read")
        : Finding.Ok($"{engine.Title}: no configuration file; its defaults count"));

    private static IReadOnlyList<Finding> Gpus(Machine machine) => ForEach(machine, engine =>
    {
        string[] runtimes = [.. engine.GpuRuntimes.Select(static runtime => runtime.Key)];
        if (runtimes.Length > 0)
        {
            bool isDefault = runtimes.Contains(engine.DefaultRuntime);
            return Finding.Ok($"{engine.Title} has the runtime {string.Join(", ", runtimes)}{(isDefault ? ", which is its default" : "")}"
                + (engine.HasCdi ? ", and resolves CDI names" : ""));
        }
        if (engine.HasCdi && (machine.Cdi.Ours.Any() || engine.Kind is "podman" or "crio"))
            return Finding.Ok($"{engine.Title} resolves CDI names by itself");
        if (engine.Kind == "containerd" && machine.Engines.Any(static other => other.Kind == "docker") && !machine.Toolkit.IsClusterNode)
            return Finding.NotApplicable($"{engine.Title} works for Docker here");
        if (engine.IsSnap)
            return Finding.Warning($"{engine.Title} has no NVIDIA runtime", Cure.Advise("install Docker from a package instead of the snap"));
        return Finding.Warning($"{engine.Title} has no NVIDIA runtime{(engine.HasCdi ? ", and there is no CDI specification" : " and CDI is off")}",
            Cure.Fix(engine.Configure).Then(engine.Restart));
    });

    private static List<Finding> Programs(Machine machine)
    {
        var findings = new List<Finding>();
        foreach (EngineFacts engine in machine.Engines)
        {
            foreach ((string name, string path) in engine.Runtimes)
            {
                if (path.Length == 0 || machine.Program(path) is not null)
                    continue;
                bool isGpu = engine.GpuRuntimes.Any(runtime => runtime.Key == name);
                // Podman's own list names many runtimes, most of which nobody has.
                if (!isGpu && engine.DefaultRuntime != name)
                    continue;
                findings.Add(Finding.Error($"{engine.Title}: the runtime {name} is {path}, which is not there",
                    engine.Configure.Count > 0 && isGpu ? Cure.Fix(engine.Configure).Then(engine.Restart) : Cure.Advise($"correct it in {engine.ConfigPath}")));
            }
            if (engine is { Kind: "docker", DefaultRuntime: var chosen } && chosen is not ("runc" or "io.containerd.runc.v2")
                && engine.ConfigFiles.Count > 0 && engine.Problem.Length == 0 && !engine.Runtimes.ContainsKey(chosen))
                findings.Add(Finding.Error($"{engine.Title}: the default runtime is {chosen}, which is not configured", Cure.Fix(engine.Configure)
                    .Then(engine.Restart)));
        }
        if (findings.Count > 0)
            return findings;
        return [machine.Engines.Any(static engine => engine.Runtimes.Count > 0) ? Finding.Ok("the configured runtimes are there")
            : Finding.NotApplicable("no engine has a runtime of its own")];
    }

    private static IReadOnlyList<Finding> Restart(Machine machine)
    {
        EngineFacts[] running = [.. machine.Engines.Where(static engine => engine.Process.Length > 0)];
        if (running.Length == 0)
            return [Finding.NotApplicable("no engine's daemon runs")];
        return [.. running.Select(engine =>
        {
            string? later = engine.ConfigFiles.FirstOrDefault(file => IsLater(machine, file, engine.Process));
            return later is null ? Finding.Ok($"{engine.Title} was started after its configuration was written")
                : Finding.Warning($"{later} was changed after {engine.Title} was started", Cure.Fix(engine.Restart));
        })];
    }

    private static bool IsLater(Machine machine, string file, string process) =>
        HostFile.TryStatus(machine.At(file), followLinks: true, out FileStatus status) && StartOf(machine, process) is { } start
        && status.ModifiedNanoseconds / 1_000_000_000 > start;

    // proc(5): the 22nd field is the start in ticks of 10 ms after boot; the name in parentheses may hold blanks.
    private static long? StartOf(Machine machine, string process)
    {
        string text = machine.Text($"/proc/{process}/stat") ?? "";
        string[] fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string boot = (machine.Text("/proc/stat") ?? "").Split('\n').FirstOrDefault(static line => line.StartsWith("btime ", StringComparison.Ordinal)) ?? "";
        return fields.Length > 19 && long.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
            && boot.Length > 6 && long.TryParse(boot.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? seconds + (ticks / 100)
                : null;
    }

    private static IReadOnlyList<Finding> Snap(Machine machine)
    {
        if (machine.Engines.FirstOrDefault(static engine => engine.IsSnap) is null)
            return [Finding.NotApplicable("no engine comes from a snap")];
        return [Finding.Warning("Docker comes from a snap: its configuration is in /var/snap/docker, and it does not see the toolkit in /usr/bin",
            Cure.Type("snap", "remove", "docker").Then("apt-get", "install", "docker.io"))];
    }

    private static IReadOnlyList<Finding> ForEach(Machine machine, Func<EngineFacts, Finding> look) =>
        machine.Engines.Count == 0 ? [Finding.NotApplicable("there is not an engine")] : [.. machine.Engines.Select(look)];
}
