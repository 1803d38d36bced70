using GpuContainers.Configuration.Keys;
using GpuContainers.Ctk.Cdi.Generate;
using GpuContainers.Ctk.Config;
using GpuContainers.Generation.Hooks;
using GpuContainers.Host.Files;
using GpuContainers.Host.Gpus;

namespace GpuContainers.Ctk.Documentation;

/// <summary><c>completion SHELL</c>: a script that completes commands and options, made from the command tree.</summary>
internal static class CompletionCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new("completion", "Print a completion script for bash, zsh or fish")
    {
        Run = Run,
        Examples =
        [
            new Example("for bash, for all users", "nvidia-ctk completion bash > /usr/share/bash-completion/completions/nvidia-ctk"),
            new Example("for zsh", "nvidia-ctk completion zsh > /usr/share/zsh/site-functions/_nvidia-ctk"),
            new Example("for fish", "nvidia-ctk completion fish > /usr/share/fish/vendor_completions.d/nvidia-ctk.fish"),
        ],
        Operands = "SHELL",
        OperandChoices = ["bash", "zsh", "fish"],
    };

    private static int Run(Invocation invocation)
    {
        Command root = invocation.Command.Parent!;
        string script = invocation.Words switch
        {
            ["bash"] => BashCompletion.Script(root),
            ["zsh"] => ZshCompletion.Script(root),
            ["fish"] => FishCompletion.Script(root),
            [CompletionWords.Devices] => string.Join('\n', CompletionWords.HostDevices()) + "\n",
            _ => throw new ToolkitException("name one shell: nvidia-ctk completion bash, zsh or fish"),
        };
        invocation.Output.Write(script);
        return 0;
    }
}

/// <summary>What can be typed next, for all shells.</summary>
internal static class CompletionWords
{
    /// <summary>The word behind <c>completion</c> that prints the devices of this host instead of a script.</summary>
    public const string Devices = "devices";

    /// <summary>The hooks, which the core program serves (CT-141).</summary>
    public static readonly string[] HookNames =
    [
        HookName.CreateSymlinks, HookName.Chmod, HookName.EnableCudaCompat, HookName.UpdateLdcache, HookName.DisableDeviceNodeModification,
        HookName.UpdateApplicationProfile, HookName.ApplyCudaMemoryLimits,
    ];

    /// <summary>The words of nvidia-container-cli.</summary>
    public static readonly string[] ContainerCliCommands = ["info", "list", "configure"];

    /// <summary>The words that a command itself takes, where there is a list of them.</summary>
    public static IEnumerable<string> Arguments(Command command) => command.Words == "hook" ? HookNames : command.OperandChoices;

    /// <summary>Whether the option takes a key of the configuration with its value.</summary>
    public static bool TakesKey(Option option) => option == ConfigCommand.Set;

    /// <summary>Whether the option takes devices of this host.</summary>
    public static bool TakesDevice(Option option) => option == GenerateFlags.DeviceId;

    /// <summary>The keys of the configuration that have few values, with these.</summary>
    public static IEnumerable<(string Key, string Values)> KeyValues()
    {
        foreach (ConfigKey key in ConfigKeys.All)
        {
            bool isFlag = key.Type is ConfigKeyType.Boolean or ConfigKeyType.Feature;
            string values = key.Values.Count > 0 ? string.Join(' ', key.Values) : isFlag ? "true false" : "";
            if (values.Length > 0)
                yield return (key.Path, values);
        }
    }

    /// <summary>The devices of this host, as options name them.</summary>
    public static IEnumerable<string> HostDevices()
    {
        Gpu[] gpus = [.. new NvidiaProc(new FileTree()).Gpus()];
        return [.. gpus.Select((_, index) => $"{index}"), .. gpus.Select(gpu => gpu.Uuid ?? "").Where(uuid => uuid.Length > 0), "all", "none"];
    }
}
