namespace GpuContainers.Runtime.Create;

/// <summary>Decides how devices get into a container.</summary>
internal static class ModeSelector
{
    /// <summary>The mode in which the names asked for are those of CDI specifications; the only one in which annotations count.</summary>
    public const string Cdi = "cdi";

    /// <summary>The mode in which specifications are generated when the container starts.</summary>
    public const string JitCdi = "jit-cdi";

    /// <summary>The mode of Tegra hosts.</summary>
    public const string Csv = "csv";

    /// <summary>The mode in which a prestart hook does the work.</summary>
    public const string Legacy = "legacy";

    /// <summary>The mode for a request; the text of the configuration if it is not <c>auto</c>, valid or not (RT-140, RT-141).</summary>
    /// <param name="configured">The mode of the configuration.</param>
    /// <param name="devices">What the container asks for, annotations included.</param>
    /// <param name="onlyQualified">Whether every device has a fully qualified name (RT-136).</param>
    /// <param name="otherwise">The mode of <c>auto</c> on hosts that are not Tegra: jit-cdi, or legacy for the hook program.</param>
    /// <param name="isTegra">Looks at the host (RT-142); asked only when it matters.</param>
    /// <param name="message">How the mode came about, for the log.</param>
    public static string Resolve(string configured, IReadOnlyList<string> devices, bool onlyQualified, string otherwise, Func<bool> isTegra, out string message)
    {
        string mode = configured == "auto" ? Detect(devices, onlyQualified, otherwise, isTegra) : configured;
        message = configured == "auto" ? $"Auto-detected mode as '{mode}'" : $"Using requested mode '{mode}'";
        return mode;
    }

    /// <summary>Passes for a mode that exists (RT-147).</summary>
    /// <exception cref="CoreException">There is no such mode.</exception>
    public static void Validate(string mode)
    {
        if (mode is Legacy or Csv or Cdi or JitCdi)
            return;
        throw new CoreException(
            CoreFailure.Mode,
            (mode.Length == 0 ? "a mode must be specified" : $"invalid mode \"{mode}\"") +
                "; set nvidia-container-runtime.mode to auto, cdi, jit-cdi, csv or legacy");
    }

    private static string Detect(IReadOnlyList<string> devices, bool onlyQualified, string otherwise, Func<bool> isTegra)
    {
        if (onlyQualified)
            return Cdi;
        // Where nothing is asked for the host need not be looked at, as the modes then do the same (RT-145).
        return devices.Count > 0 && isTegra() ? Csv : otherwise;
    }
}
