using System.CommandLine;
using System.Text;
using GpuContainers.CommandLine;
using GpuContainers.Diagnostics;
using GpuContainers.Installer.Settings;

namespace GpuContainers.Kubernetes.Tests;

/// <summary>The installer's own tables of options and their variables, and its own reader of them.</summary>
internal static class InstallerInput
{
    /// <summary>All options that the installer has.</summary>
    public static IReadOnlyList<Option> Options { get; } = [.. GeneralFlags.All, .. ToolkitFlags.All, .. EngineFlags.All];

    /// <summary>The option that a variable stands for, else null.</summary>
    public static Option? Behind(string variable) => Options.FirstOrDefault(o => ((ISetting)o).Variables.Contains(variable));

    /// <summary>What the installer makes of arguments and variables, its checks included.</summary>
    public static InstallerSettings Read(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        InstallerSettings? settings = null;
        Verb root = new("nvidia-ctk-installer", "as in a pod")
        {
            Run = invocation =>
            {
                settings = InstallerSettings.From(invocation);
                return 0;
            },
        };
        foreach (Option option in Options)
            root.Add(option);
        List<string> errors = [];
        CommandTree tree = new(root, GeneralFlags.Debug);
        CommandLineProgram program = new(tree, TextWriter.Null, line => errors.Add(Encoding.UTF8.GetString(line)), LogFormat.Text, variables.GetValueOrDefault);
        int status = program.Run(arguments);
        Assert.True(status == 0, string.Concat(errors));
        return settings!;
    }
}
