using GpuContainers.Ctk.Cdi;
using GpuContainers.Ctk.Config;
using GpuContainers.Ctk.Devices;
using GpuContainers.Ctk.Documentation;
using GpuContainers.Ctk.Inventory;
using GpuContainers.Ctk.Runtime;

namespace GpuContainers.Ctk.CommandLine;

/// <summary>The tree of commands with the global flags.</summary>
internal sealed class RootVerb
{
    /// <summary>The name in help and version texts (CT-13).</summary>
    public const string ProgramName = "NVIDIA Container Toolkit CLI";

    /// <summary>Makes the tree.</summary>
    public RootVerb()
    {
        Verb = new Verb("nvidia-ctk", "Tools to configure the NVIDIA Container Toolkit")
        {
            Examples =
            [
                new Example("let Docker run GPU containers", "nvidia-ctk runtime configure --runtime=docker"),
                new Example("describe the GPUs of this machine for engines that know CDI", "nvidia-ctk cdi generate --output=/var/run/cdi/nvidia.yaml"),
            ],
        };
        Verb.Add(HookCommand.Create());
        Verb.Add(CdiGroup.Create());
        Verb.Add(GpuInventoryCommand.Create());
        Verb.Add(MemoryLimitsCommand.Create());
        Verb.Add(RuntimeGroup.Create());
        Verb.Add(SystemGroup.Create());
        Verb.Add(ConfigCommand.Create());
        Verb.Add(InfoCommand.Create());
        Verb.Add(CompletionCommand.Create());
        Verb.Add(ManPagesCommand.Create());
        Verb.Add(HelpCommand.Create());
        Verb.Add(Debug);
        Verb.Add(Quiet);
        Verb.Add(Config);
        Verb.Add(Help);
        Verb.Add(Version);
    }

    /// <summary>The root.</summary>
    public Verb Verb { get; }

    /// <summary>Log level debug.</summary>
    public FlagSetting Debug { get; } = new("--debug", "Enable debug-level logging", "-d") { Variables = ["NVIDIA_CTK_DEBUG"] };

    /// <summary>Log level error; wins over debug.</summary>
    public FlagSetting Quiet { get; } = new("--quiet", "Suppress all output except for errors; overrides --debug") { Variables = ["NVIDIA_CTK_QUIET"] };

    /// <summary>The toolkit's configuration file, for the cdi commands alone.</summary>
    public static TextSetting Config { get; } = new("--config", "Path to the toolkit's configuration file, for the cdi commands")
    {
        Variables = ["NVIDIA_CTK_CONFIG"],
        ValueWord = "FILE",
    };

    /// <summary>Help.</summary>
    public FlagSetting Help { get; } = new("--help", "Show help", "-h");

    /// <summary>Version.</summary>
    public FlagSetting Version { get; } = new("--version", "Print the version", "-v");
}
