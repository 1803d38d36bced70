using GpuContainers.Engines;
using GpuContainers.Engines.Files;
using GpuContainers.Engines.Hooks;

namespace GpuContainers.Ctk.Runtime;

/// <summary>The deprecated mode <c>oci-hook</c>: one hook file for the hook folders of CRI-O and Podman.</summary>
internal static class ConfigureHook
{
    /// <summary>The name of the mode in backups.</summary>
    internal const string Name = "oci-hook";

    /// <summary>Whether that mode is asked for.</summary>
    public static bool IsWanted(Invocation invocation) => invocation.Get(ConfigureFlags.Mode) is Name or "hook";

    /// <summary>Writes or prints the hook file.</summary>
    public static int Run(Invocation invocation)
    {
        // No other option is looked at (CT-20).
        Log.Warning($"The \"{invocation.Get(ConfigureFlags.Mode)}\" config-mode is deprecated");
        string hook = invocation.Get(ConfigureFlags.HookPath);
        if (!hook.StartsWith('/'))
            throw new ToolkitException($"the NVIDIA runtime hook path \"{hook}\" is not an absolute path");
        foreach (string word in invocation.Words)
            Log.Warning($"Ignoring the argument '{word}': a hook is the same for all engines");
        string path = invocation.Get(ConfigureFlags.HookFile);
        if (path.Length == 0)
        {
            invocation.Output.Write(OciHookFile.Content(hook));
            return 0;
        }
        var output = new ConfigureOutput(invocation, Engine.Crio with { ConfigPath = path });
        try
        {
            return Write(OciHookFile.Change(path, hook), output, invocation);
        }
        catch (Exception failure) when (failure is EngineException or LinuxException)
        {
            // Two things can fail, and the message says which (CT-113).
            bool isFolder = (failure as LinuxException ?? failure.InnerException as LinuxException)?.Operation == "mkdir";
            string what = isFolder ? "error creating hooks directory" : $"error creating hook file '{path}'";
            throw new EngineException($"error creating OCI hook: {what}: {failure.Message}", failure);
        }
    }

    private static int Write(FileChange file, ConfigureOutput output, Invocation invocation)
    {
        if (invocation.Get(ConfigureFlags.Diff))
            return output.PrintDiff(new ChangeSet([file]));
        if (invocation.Get(ConfigureFlags.DryRun))
        {
            // A dry run shows the file instead of writing it (CT-110).
            invocation.Output.Write(System.Text.Encoding.UTF8.GetString(file.Content!));
            return 0;
        }
        output.Apply(new ChangeSet([file]), Name, file.File.Path);
        return 0;
    }
}
