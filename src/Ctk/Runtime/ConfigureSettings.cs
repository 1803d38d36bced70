using GpuContainers.Engines;

namespace GpuContainers.Ctk.Runtime;

/// <summary>What <c>runtime configure</c> is asked to do, checked and with its defaults.</summary>
/// <param name="Engine">The engine with the files of this command.</param>
/// <param name="RuntimeName">The name of the runtime.</param>
/// <param name="RuntimePath">Its executable.</param>
/// <param name="AsDefault">Whether it becomes the default.</param>
/// <param name="EnableCdi">Whether the engine's CDI is turned on.</param>
/// <param name="FromCommand">Whether the engine is asked for its configuration.</param>
/// <param name="Program">The engine's program; empty for the one in PATH.</param>
internal sealed record ConfigureSettings(
    Engine Engine, string RuntimeName, string RuntimePath, bool AsDefault, bool EnableCdi, bool FromCommand, string Program)
{
    private const string UsualRuntime = "nvidia-container-runtime";

    private const string NoneForPodman =
        "podman needs no configuration: after nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml use podman run --device nvidia.com/gpu=all, or without "
        + "a specification podman --runtime=/usr/bin/nvidia-container-runtime run -e NVIDIA_VISIBLE_DEVICES=all";

    /// <summary>Checks the options in the order that decides which of several errors is reported; nothing was read or changed yet.</summary>
    /// <exception cref="ToolkitException">A value that is refused.</exception>
    public static ConfigureSettings From(Invocation invocation)
    {
        CheckMode(invocation);
        Engine engine = FindEngine(invocation);
        string name = invocation.Get(ConfigureFlags.RuntimeName);
        // An empty name would make an entry that no engine accepts (CT-28).
        if (name.Length == 0)
            throw Refused("the name of the NVIDIA runtime is empty; give one with --nvidia-runtime-name");
        string path = FindRuntime(invocation, engine);
        bool enableCdi = IsCdiEnabled(invocation, engine);
        string program = FindProgram(invocation, engine);
        bool fromCommand = IsFromCommand(invocation, engine);
        return new ConfigureSettings(WithFiles(engine, invocation), name, path, invocation.Get(ConfigureFlags.AsDefault), enableCdi, fromCommand, program);
    }

    /// <summary>The engine that is named (CT-22).</summary>
    /// <exception cref="ToolkitException">There is no such engine.</exception>
    public static Engine FindEngine(Invocation invocation)
    {
        string option = invocation.Get(ConfigureFlags.Runtime);
        string name = invocation.Words.Count > 0 ? invocation.Words[0] : option;
        if (name == "podman")
            throw Refused(NoneForPodman);
        if (invocation.Words.Count > 1)
            throw Refused($"'{string.Join(' ', invocation.Words)}' is more than one engine; configure one after the other");
        if (invocation.Words.Count > 0 && invocation.IsGiven(ConfigureFlags.Runtime) && option != name)
            throw Refused($"both '{name}' and --runtime={option} are given; name one engine");
        return Engine.Find(name) ?? throw Refused($"unrecognized runtime '{name}'; use {string.Join(", ", Engine.All.Select(engine => engine.Name))}");
    }

    /// <summary>The engine with the files that are configured: those that are given, else the usual ones (CT-27).</summary>
    /// <exception cref="ToolkitException">A drop-in file that the engine cannot have.</exception>
    public static Engine WithFiles(Engine engine, Invocation invocation)
    {
        string config = invocation.Get(ConfigureFlags.Config);
        string dropIn = invocation.Get(ConfigureFlags.DropIn);
        if (dropIn == ConfigureFlags.UsualDropIn)
            dropIn = engine.DropInPath;
        if (dropIn.Length > 0 && !engine.HasDropIns)
            throw Refused("runtime docker does not support drop-in configs");
        if (dropIn.Length > 0 && !dropIn.StartsWith('/'))
            throw Refused($"the drop-in-config path \"{dropIn}\" is not an absolute path");
        return engine with { ConfigPath = config.Length > 0 ? config : engine.ConfigPath, DropInPath = dropIn };
    }

    private static void CheckMode(Invocation invocation)
    {
        string mode = invocation.Get(ConfigureFlags.Mode);
        // An unknown mode is the ordinary one, as scripts of old versions expect (CT-21).
        if (mode is not ("" or "config-file" or "config"))
            Log.Warning($"Ignoring unsupported config mode for {invocation.Get(ConfigureFlags.Runtime)}: \"{mode}\"");
    }

    // Docker finds the name in its PATH (CT-23, CT-131).
    private static string FindRuntime(Invocation invocation, Engine engine)
    {
        string path = invocation.Get(ConfigureFlags.RuntimePath);
        if (engine.SearchesPath)
            return path;
        if (path == UsualRuntime)
            return "/usr/bin/" + UsualRuntime;
        return path.StartsWith('/') ? path : throw Refused($"the NVIDIA runtime path \"{path}\" is not an absolute path");
    }

    private static bool IsCdiEnabled(Invocation invocation, Engine engine)
    {
        bool isEnabled = invocation.Get(ConfigureFlags.Cdi);
        // CRI-O injects CDI devices without a switch (CT-24).
        if (isEnabled && !engine.HasCdiSwitch)
            Log.Warning("Ignoring cdi.enabled flag for crio");
        return isEnabled && engine.HasCdiSwitch;
    }

    private static string FindProgram(Invocation invocation, Engine engine)
    {
        string program = invocation.Get(ConfigureFlags.Executable);
        // Docker is never asked for its configuration (CT-25).
        if (program.Length == 0 || engine.PrintsConfiguration)
            return program;
        Log.Warning($"Ignoring executable-path=\"{program}\" flag for docker");
        return "";
    }

    private static bool IsFromCommand(Invocation invocation, Engine engine)
    {
        string source = invocation.Get(ConfigureFlags.Source);
        // Docker has no command that prints its configuration (CT-26).
        if (source is not ("file" or "command"))
            throw Refused($"unrecognized Config Source: {source}");
        if (source == "command" && !engine.PrintsConfiguration)
            Log.Warning("A command Config Source is not supported for docker; using file");
        return source == "command" && engine.PrintsConfiguration;
    }

    private static ToolkitException Refused(string message) => new(message);
}
