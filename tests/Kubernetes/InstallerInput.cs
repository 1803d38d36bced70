using System.Text;
using GpuContainers.CommandLine;
using GpuContainers.Diagnostics;
using GpuContainers.Installer.Settings;
using Command = GpuContainers.CommandLine.Command;

namespace GpuContainers.Kubernetes.Tests;

/// <summary>The installer's own tables of options and their variables, and its own reader of them.</summary>
internal static class InstallerInput
{
    /// <summary>All options that the installer has.</summary>
    public static IReadOnlyList<Option> Options { get; } = [.. GeneralFlags.All, .. ToolkitFlags.All, .. EngineFlags.All];

    /// <summary>The option that a variable stands for, else null.</summary>
    public static Option? Behind(string variable) => Options.FirstOrDefault(o => o.Variables.Contains(variable));

    /// <summary>What the installer makes of arguments and variables, its checks included.</summary>
    public static InstallerSettings Read(IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables)
    {
        InstallerSettings? settings = null;
        Command root = new("nvidia-ctk-installer", "as in a pod")
        {
            Run = invocation =>
            {
                settings = InstallerSettings.From(invocation);
                return 0;
            },
            Options = Options,
        };
        List<string> errors = [];
        CommandLineProgram program = new(root, TextWriter.Null, line => errors.Add(Encoding.UTF8.GetString(line)), LogFormat.Text, variables.GetValueOrDefault)
        {
            Debug = GeneralFlags.Debug,
        };
        int status = program.Run(arguments);
        Assert.True(status == 0, string.Concat(errors));
        return settings!;
    }
}
