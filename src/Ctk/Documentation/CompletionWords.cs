using GpuContainers.CommandLine;
using GpuContainers.Configuration.Keys;
using GpuContainers.Ctk.Cdi.Generate;
using GpuContainers.Ctk.Config;
using GpuContainers.Generation.Hooks;
using GpuContainers.Host.Files;
using GpuContainers.Host.Gpus;

namespace GpuContainers.Ctk.Documentation;

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
