using GpuContainers.Configuration.Editing;

namespace GpuContainers.Ctk.Config;

/// <summary><c>config default</c>: the built-in defaults as a file.</summary>
internal static class ConfigDefaultCommand
{
    private static readonly TextOption s_output = new("--output", "Write to this file instead of standard output", "", "-o") { ValueWord = "FILE" };

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("default", "Print the default configuration; no file is read")
    {
        Run = Run,
        Examples = [new Example("start a configuration of one's own", "nvidia-ctk config default --output=/etc/nvidia-container-runtime/config.toml")],
        // Older scripts use these names (CF-130).
        Aliases = ["create-default", "generate-default"],
        Options = [s_output],
    };

    private static int Run(Invocation invocation)
    {
        byte[] content = ConfigDocument.Default().ToBytes();
        string output = invocation.Get(s_output);
        if (output.Length > 0)
            ConfigFile.Write(output, content);
        else
            invocation.Output.Write(Encoding.UTF8.GetString(content));
        return 0;
    }
}
