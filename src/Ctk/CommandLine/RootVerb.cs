using GpuContainers.CommandLine;
using GpuContainers.Ctk.Cdi;
using GpuContainers.Ctk.Config;
using GpuContainers.Ctk.Devices;
using GpuContainers.Ctk.Documentation;
using GpuContainers.Ctk.Inventory;
using GpuContainers.Ctk.Runtime;

namespace GpuContainers.Ctk.CommandLine;

/// <summary>The tree of commands with the global flags.</summary>
internal static class RootVerb
{
    /// <summary>The toolkit's configuration file, for the cdi commands alone.</summary>
    public static TextSetting Config { get; } = new("--config", "Path to the toolkit's configuration file, for the cdi commands")
    {
        Variables = ["NVIDIA_CTK_CONFIG"],
        ValueWord = "FILE",
    };

    /// <summary>Makes the tree.</summary>
    public static CommandTree Create()
    {
        var debug = new FlagSetting("--debug", "Enable debug-level logging", "-d") { Variables = ["NVIDIA_CTK_DEBUG"] };
        var quiet = new FlagSetting("--quiet", "Suppress all output except for errors; overrides --debug") { Variables = ["NVIDIA_CTK_QUIET"] };
        var root = new Verb("nvidia-ctk", "Tools to configure the NVIDIA Container Toolkit")
        {
            // The display name, not that of the file (CT-13).
            Title = "NVIDIA Container Toolkit CLI",
            Examples =
            [
                new Example("let Docker run GPU containers", "nvidia-ctk runtime configure --runtime=docker"),
                new Example("describe the GPUs of this machine for engines that know CDI", "nvidia-ctk cdi generate --output=/var/run/cdi/nvidia.yaml"),
            ],
        };
        root.Add(HookCommand.Create());
        root.Add(CdiGroup.Create());
        root.Add(GpuInventoryCommand.Create());
        root.Add(MemoryLimitsCommand.Create());
        root.Add(RuntimeGroup.Create());
        root.Add(SystemGroup.Create());
        root.Add(ConfigCommand.Create());
        root.Add(InfoCommand.Create());
        root.Add(CompletionCommand.Create());
        root.Add(ManPagesCommand.Create());
        root.Add(HelpCommand.Create());
        root.Add(debug);
        root.Add(quiet);
        root.Add(Config);
        return new CommandTree(root, debug, quiet);
    }
}
