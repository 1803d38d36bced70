using System.Text;
using GpuContainers.CommandLine;
using GpuContainers.Diagnostics;
using GpuContainers.Installer.Settings;
using Command = GpuContainers.CommandLine.Command;

namespace GpuContainers.Installer.Tests.Settings;

/// <summary>Reads options and variables as the installer does, and does nothing else.</summary>
internal static class SettingsInput
{
    /// <summary>What becomes of a command line: settings, or null, and what was said.</summary>
    public static (InstallerSettings? Settings, string Errors) Read(string[] arguments, params (string Name, string Value)[] variables)
    {
        InstallerSettings? settings = null;
        var root = new Command("nvidia-ctk-installer", "")
        {
            Run = invocation => Keep(InstallerSettings.From(invocation)),
            Options = [.. GeneralFlags.All, .. ToolkitFlags.All, .. EngineFlags.All],
        };
        var said = new StringBuilder();
        var program = new CommandLineProgram(
            root, TextWriter.Null, record => said.Append(Encoding.UTF8.GetString(record)), LogFormat.Text,
            name => variables.FirstOrDefault(variable => variable.Name == name).Value)
        {
            Debug = GeneralFlags.Debug,
        };
        Assert.Equal(program.Run(arguments) == 0, settings is not null);
        return (settings, said.ToString());

        int Keep(InstallerSettings read)
        {
            settings = read;
            return 0;
        }
    }
}
