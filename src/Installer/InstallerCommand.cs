using GpuContainers.Linux.Processes;

namespace GpuContainers.Installer;

/// <summary>The program's one command, and the NRI plugin alone below it.</summary>
internal static class InstallerCommand
{
    /// <summary>The program's name in help, messages and version texts.</summary>
    public const string Name = "nvidia-ctk-installer";

    /// <summary>Makes the command.</summary>
    public static Command Create() => new(Name, "Install the NVIDIA Container Toolkit on this node and configure its container engine")
    {
        Run = Run,
        Title = Name,
        Details = "Installs the programs into DIR/toolkit, configures the engine, and waits. A signal takes the engine's configuration back; the programs "
            + "stay, because running containers use them. An interrupted or repeated start is harmless: nothing is restarted when nothing changed.",
        Examples =
        [
            new Example("install for Docker and end", "nvidia-ctk-installer --runtime=docker --no-daemon"),
            new Example("as a DaemonSet does it, with probes", "RUNTIME=containerd ROOT=/usr/local/nvidia nvidia-ctk-installer --health-address=:8080"),
            new Example("give Docker's files their earlier content back", "nvidia-ctk-installer --runtime=docker --undo"),
            new Example("the NRI plugin alone", "nvidia-ctk-installer nri-plugin --nri-namespace=gpu-operator"),
        ],
        Options = [.. GeneralFlags.All, .. ToolkitFlags.All, .. EngineFlags.All, CommandLineProgram.Help, CommandLineProgram.Version],
        Commands =
        [
            new Command("nri-plugin", "Inject the CDI devices that pods ask for by annotation; nothing is installed or configured")
            {
                Run = RunPlugin,
                Examples = [new Example("for pods of one namespace that manage GPUs",
                    "nvidia-ctk-installer nri-plugin --nri-namespace=gpu-operator --nri-plugin-index=20")],
            },
        ],
    };

    private static int Run(Invocation invocation)
    {
        InstallerRun.Run(InstallerSettings.From(invocation), invocation.Output);
        return 0;
    }

    private static int RunPlugin(Invocation invocation)
    {
        NriSettings.RequireNamespace(invocation, usesNri: true);
        // An engine that starts the plugin itself gives it an index, unless somebody chose another (IN-82).
        int? index = invocation.IsGiven(GeneralFlags.NriIndex) ? NriSettings.ReadIndex(invocation) : null;
        var settings = NriSettings.From(invocation, index, ToolkitSettings.From(invocation));
        using var interruption = new Interruption(() => ProcessEnd.Now(0));
        using NriServer plugin = ToolkitException.During("unable to start NRI plugin server", () => NriServer.Start(settings));
        using HealthEndpoint? health = HealthEndpoint.Start(invocation.Get(GeneralFlags.HealthAddress));
        health?.Report("ready", isReady: true);
        interruption.WaitForSignal(plugin.Completion);
        // An engine that started the plugin ends it by leaving it; everything else that ends it is a failure.
        if (plugin.Completion.IsFaulted)
            plugin.RequireRunning();
        return 0;
    }
}
