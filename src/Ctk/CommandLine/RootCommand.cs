using GpuContainers.Ctk.Cdi;
using GpuContainers.Ctk.Cdi.Generate;
using GpuContainers.Ctk.Config;
using GpuContainers.Ctk.Devices;
using GpuContainers.Ctk.Doctor;
using GpuContainers.Ctk.Documentation;
using GpuContainers.Ctk.Explain;
using GpuContainers.Ctk.Inventory;
using GpuContainers.Ctk.Runtime;

namespace GpuContainers.Ctk.CommandLine;

/// <summary>The tree of commands with the global flags.</summary>
internal static class RootCommand
{
    /// <summary>Log level debug.</summary>
    public static FlagOption Debug { get; } = new("--debug", "Enable debug-level logging", "-d") { Variables = ["NVIDIA_CTK_DEBUG"] };

    /// <summary>Log level error; wins over debug.</summary>
    public static FlagOption Quiet { get; } = new("--quiet", "Suppress all output except for errors; overrides --debug") { Variables = ["NVIDIA_CTK_QUIET"] };

    /// <summary>Makes the tree.</summary>
    public static Command Create() => new("nvidia-ctk", "Tools to configure the NVIDIA Container Toolkit")
    {
        // The display name, not that of the file (CT-13).
        Title = "NVIDIA Container Toolkit CLI",
        Examples =
        [
            new Example("let Docker run GPU containers", "nvidia-ctk runtime configure --runtime=docker"),
            new Example("describe the GPUs of this machine for engines that know CDI", "nvidia-ctk cdi generate --output=/var/run/cdi/nvidia.yaml"),
        ],
        Options = [Debug, Quiet, GenerateFlags.ToolkitConfig, CommandLineProgram.Help, CommandLineProgram.Version],
        Commands =
        [
            // Served by the core program, which calls this program for all other commands only (CT-141).
            new Command("hook", "Run one of the hooks of the container devices; see nvidia-cdi-hook --help"),
            new Command("cdi", "Provide tools for interacting with Container Device Interface specifications")
            {
                Commands = [CdiGenerateCommand.Create(), CdiListCommand.Create(), CdiDiffCommand.Create(), CdiRefreshCommand.Create(),
                    Transform(), CdiValidateCommand.Create(), HelpCommand.Create()],
            },
            GpuInventoryCommand.Create(),
            MemoryLimitsCommand.Create(),
            new Command("runtime", "Let container engines use the NVIDIA Container Runtime")
            {
                Commands = [ConfigureCommand.Create(), HelpCommand.Create()],
            },
            new Command("system", "Create device nodes and links that GPU containers need on this machine")
            {
                Commands = [CreateDeviceNodesCommand.Create(), CreateDevCharSymlinksCommand.Create(), HelpCommand.Create()],
            },
            ConfigCommand.Create(),
            DoctorCommand.Create(),
            ExplainCommand.Create(),
            // It has no function of its own and prints its help (CT-140).
            new Command("info", "Provide information about the system (nothing yet)"),
            CompletionCommand.Create(),
            ManPagesCommand.Create(),
            HelpCommand.Create(),
        ],
    };

    private static Command Transform() => new("transform", "Apply a transform to a CDI specification")
    {
        Commands = [CdiTransformRootCommand.Create(), HelpCommand.Create()],
    };
}
