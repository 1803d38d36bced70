using GpuContainers.Diagnostics;
using GpuContainers.Engines;
using GpuContainers.Engines.Files;
using GpuContainers.Engines.Sources;
using GpuContainers.Installer.Settings;
using GpuContainers.Linux;

namespace GpuContainers.Installer.Setup;

/// <summary>Where the engine's current configuration is read.</summary>
internal static class ConfigSources
{
    private static readonly SourceText s_nothing = new("no configuration source", null);

    /// <summary>The first source that loads; null stands for the top-level file itself.</summary>
    /// <exception cref="EngineException">There is no such source, or none loads; the message has a line for each.</exception>
    /// <exception cref="LinuxException">A file cannot be read.</exception>
    public static SourceText? Find(EngineSettings settings)
    {
        var failures = new List<string>();
        foreach (string source in settings.Sources)
        {
            try
            {
                return Load(source, settings);
            }
            // An unknown word is a mistake of whoever wrote it, not a source that happens to fail.
            catch (EngineException failure) when (failure.Reason == EngineFault.Command)
            {
                failures.Add(failure.Message);
            }
        }
        if (failures.Count > 0)
            throw new EngineException(EngineFault.Command, string.Join('\n', failures));
        return s_nothing;
    }

    private static SourceText? Load(string source, EngineSettings settings)
    {
        int equals = source.IndexOf('=', StringComparison.Ordinal);
        string kind = equals < 0 ? source : source[..equals].TrimEnd();
        string argument = equals < 0 ? "" : source[(equals + 1)..].TrimStart();
        switch (kind)
        {
            case "file":
                return argument.Length == 0 ? null : EngineFile.Read(argument).ToSource();
            case "command":
                if (argument.Length > 0)
                    Log.Warning($"Ignoring the argument {argument} of the config source command; name the engine's program with --executable-path");
                return Ask(settings);
            default:
                throw new EngineException($"unsupported config source \"{kind}\"; use command, file or file=FILE");
        }
    }

    private static SourceText Ask(EngineSettings settings) =>
        settings.Engine == Engine.Crio ? SourceCommand.Crio(settings.Program, settings.HostRoot) : SourceCommand.Containerd(settings.Program,
            settings.HostRoot);
}
