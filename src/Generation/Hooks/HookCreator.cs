namespace GpuContainers.Generation.Hooks;

/// <summary>Makes hooks, or leaves them out.</summary>
internal sealed class HookCreator
{
    /// <summary>The stage of the hooks that run in the container's namespaces.</summary>
    internal const string CreateContainer = "createContainer";
    private const string CreateRuntime = "createRuntime";

    // The library never turns debug on (DS-84).
    private static readonly string[] s_environment = ["NVIDIA_CTK_DEBUG=false"];
    private readonly string _path;
    private readonly string _ldconfigPath;
    private readonly string _driverRoot;
    private readonly List<string> _disabled;
    private readonly IReadOnlyList<string> _enabled;
    private readonly Explanation? _explanation;

    internal HookCreator(GenerationOptions options, Explanation? explanation = null)
    {
        _explanation = explanation;
        _path = options.HookPath.Length == 0 ? "/usr/bin/nvidia-cdi-hook" : options.HookPath;
        _ldconfigPath = options.LdconfigPath;
        _driverRoot = options.DriverRoot;
        _enabled = options.EnabledHooks;
        _disabled = [.. options.DisabledHooks, HookName.Chmod];
        if (options.Mode == GenerationMode.Management)
            // A management container may change device nodes (GN-3).
            _disabled.Add(HookName.DisableDeviceNodeModification);
        // Enabling wins (DS-85).
        _disabled.RemoveAll(name => name != HookName.All && _enabled.Contains(name));
    }

    /// <summary><c>create-symlinks</c> with one <c>target::link</c> each; no hook without links.</summary>
    internal Hook[] CreateSymlinks(IReadOnlyList<string> links) => WithInputs(HookName.CreateSymlinks, [], "--link", links);

    /// <summary><c>chmod</c> of folders in the container; no hook without folders.</summary>
    internal Hook[] Chmod(IReadOnlyList<string> folders) => WithInputs(HookName.Chmod, ["--mode", "755"], "--path", folders);

    /// <summary><c>update-ldcache</c> with the folders to search; the caller decides whether a call without folders makes sense (RT-223).</summary>
    internal Hook[] UpdateLdcache(IReadOnlyList<string> folders) =>
        Create(HookName.UpdateLdcache, WithOption(_ldconfigPath.Length == 0 ? [] : ["--ldconfig-path", _ldconfigPath], "--folder", folders));

    /// <summary><c>apply-cuda-memory-limits</c> for a GPU; its UUID is asked for only if the hook is not disabled.</summary>
    internal Hook[] ApplyCudaMemoryLimits(Func<string> uuid) =>
        IsEnabled(HookName.ApplyCudaMemoryLimits)
            ? Create(HookName.ApplyCudaMemoryLimits, ["--driver-root", _driverRoot, "--gpu-id", uuid()], CreateRuntime)
            : Create(HookName.ApplyCudaMemoryLimits, []);

    /// <summary>A hook with finished arguments; none when it is disabled.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">What follows the name.</param>
    /// <param name="time">When it runs: in the container's namespaces, but the one that must run in the host's (DS-82).</param>
    internal Hook[] Create(string name, IReadOnlyList<string> arguments, string time = CreateContainer)
    {
        bool isEnabled = IsEnabled(name);
        _explanation?.Decide($"hook {name}", isEnabled ? "put in" : "left out: it is disabled, or off in this mode (--enable-hook puts it in)");
        if (!isEnabled)
            return [];
        string program = LexicalPath.Base(_path);
        List<string> args = [program];
        if (program == "nvidia-ctk")
            // nvidia-ctk has the hooks below this word, nvidia-cdi-hook has them at the top (DS-83).
            args.Add("hook");
        args.Add(name);
        args.AddRange(arguments);
        return [new Hook { HookName = time, Path = _path, Args = args, Env = s_environment }];
    }

    // A hook that needs inputs is never made without them, enabled or not (DS-86).
    private Hook[] WithInputs(string name, IReadOnlyList<string> first, string option, IReadOnlyList<string> inputs) =>
        inputs.Count == 0 ? [] : Create(name, WithOption(first, option, inputs));

    private static List<string> WithOption(IReadOnlyList<string> first, string option, IReadOnlyList<string> values)
    {
        List<string> arguments = [.. first];
        foreach (string value in values.Items())
        {
            arguments.Add(option);
            arguments.Add(value);
        }
        return arguments;
    }

    // Enabling a hook by name wins over switching all off (DS-85).
    private bool IsEnabled(string name) =>
        _enabled.Contains(name) || (!_disabled.Contains(name) && !_disabled.Contains(HookName.All));
}

/// <summary>The hooks of a generated specification.</summary>
public static class HookName
{
    /// <summary>Makes symbolic links in the container.</summary>
    public const string CreateSymlinks = "create-symlinks";

    /// <summary>Changes modes of folders in the container; off unless enabled.</summary>
    public const string Chmod = "chmod";

    /// <summary>Puts the container's own newer CUDA library in front.</summary>
    public const string EnableCudaCompat = "enable-cuda-compat";

    /// <summary>Refreshes the container's library cache.</summary>
    public const string UpdateLdcache = "update-ldcache";

    /// <summary>Keeps the driver from changing device nodes in the container.</summary>
    public const string DisableDeviceNodeModification = "disable-device-node-modification";

    /// <summary>Limits the application profiles to the container's GPUs.</summary>
    public const string UpdateApplicationProfile = "update-application-profile";

    /// <summary>Limits the GPU memory of the container's cgroup, if the container asks for it.</summary>
    public const string ApplyCudaMemoryLimits = "apply-cuda-memory-limits";

    /// <summary>Stands for every hook in the lists of hooks to disable.</summary>
    public const string All = "all";
}
