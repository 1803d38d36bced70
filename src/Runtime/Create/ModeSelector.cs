using GpuContainers.Host;
using GpuContainers.Host.Driver;

namespace GpuContainers.Runtime.Create;

/// <summary>How devices get into a container.</summary>
internal enum RuntimeMode
{
    /// <summary>The names asked for are those of CDI specifications; the only mode in which annotations count.</summary>
    Cdi,

    /// <summary>Specifications are generated when the container starts.</summary>
    JitCdi,

    /// <summary>The mode of Tegra hosts.</summary>
    Csv,

    /// <summary>A prestart hook does the work.</summary>
    Legacy,
}

/// <summary>Decides how devices get into a container.</summary>
internal static class ModeSelector
{
    /// <summary>The mode for a request; the text of the configuration if it is not <c>auto</c>, valid or not (RT-140, RT-141).</summary>
    /// <param name="configured">The mode of the configuration.</param>
    /// <param name="devices">What the container asks for, annotations included.</param>
    /// <param name="onlyQualified">Whether every device has a fully qualified name (RT-136).</param>
    /// <param name="otherwise">The mode of <c>auto</c> on hosts that are not Tegra: jit-cdi, or legacy for the hook program.</param>
    /// <param name="isTegra">Looks at the host (RT-142); asked only when it matters.</param>
    /// <param name="message">How the mode came about, for the log.</param>
    public static string Resolve(
        string configured, IReadOnlyList<string> devices, bool onlyQualified, RuntimeMode otherwise, Func<bool> isTegra, out string message)
    {
        string mode = configured == "auto" ? Detect(devices, onlyQualified, otherwise, isTegra) : configured;
        message = configured == "auto" ? $"Auto-detected mode as '{mode}'" : $"Using requested mode '{mode}'";
        return mode;
    }

    /// <summary>The mode of a text (RT-147).</summary>
    /// <exception cref="CoreException">There is no such mode.</exception>
    public static RuntimeMode Parse(string text) => text switch
    {
        "legacy" => RuntimeMode.Legacy,
        "csv" => RuntimeMode.Csv,
        "cdi" => RuntimeMode.Cdi,
        "jit-cdi" => RuntimeMode.JitCdi,
        _ => throw new CoreException((text.Length == 0 ? "a mode must be specified" : $"invalid mode \"{text}\"") +
            "; set nvidia-container-runtime.mode to auto, cdi, jit-cdi, csv or legacy"),
    };

    /// <summary>The text of a mode.</summary>
    public static string ToText(this RuntimeMode mode) => mode switch
    {
        RuntimeMode.Legacy => "legacy",
        RuntimeMode.Csv => "csv",
        RuntimeMode.Cdi => "cdi",
        _ => "jit-cdi",
    };

    private static string Detect(IReadOnlyList<string> devices, bool onlyQualified, RuntimeMode otherwise, Func<bool> isTegra)
    {
        if (onlyQualified)
            return RuntimeMode.Cdi.ToText();
        // Where nothing is asked for the host need not be looked at, as the modes then do the same (RT-145).
        return devices.Count > 0 && isTegra() ? RuntimeMode.Csv.ToText() : otherwise.ToText();
    }
}

/// <summary>The look at the host that chooses between modes (RT-142, RT-143).</summary>
internal static class HostPlatform
{
    /// <summary>Whether the host is a Tegra. The host root counts, whatever driver root is configured; a probe that fails says no (RT-144).</summary>
    public static bool IsTegra(HostContext host) =>
        Platform.Resolve(new DriverRoot(host.Files), host.Proc, new DxCoreLibrary(host, [])) == PlatformKind.Tegra;
}
