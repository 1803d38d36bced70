using GpuContainers.Ctk.Cdi.Generate;
using GpuContainers.Ctk.Cdi.Refresh;
using GpuContainers.Linux.Events;

namespace GpuContainers.Ctk.Cdi;

/// <summary><c>cdi refresh</c>: keeps a specification true, from a unit of systemd, or by itself.</summary>
internal static class CdiRefreshCommand
{
    private static readonly TextOption s_output = Option.Text("--output", "The file to keep up to date", "FILE", ["NVIDIA_CTK_CDI_OUTPUT_FILE_PATH"],
        "/var/run/cdi/nvidia.yaml");

    private static readonly TextOption s_wait = Option.Text("--wait", "How many seconds to wait for a driver that is still loading", "SECONDS",
        ["NVIDIA_CTK_CDI_REFRESH_WAIT"], "0");

    private static readonly FlagOption s_watch = new("--watch", "Go on: refresh whenever the driver, its devices or its files change");

    private static readonly TextOption s_interval = new(
        "--interval", "With --watch: how many seconds may pass between two looks at the host, for changes that nobody tells", "30")
    {
        ValueWord = "SECONDS",
    };

    private static readonly FlagOption s_strict = new("--strict", "End with status 1 when the specification does not describe the host");

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("refresh", "Keep a CDI specification of this host up to date")
    {
        Run = Run,
        Details = "Writes only when the host has changed: driver, GPUs, MIG devices, device nodes, files of the driver. When nothing can be generated, the "
            + "last specification is kept.\n"
            + "FILE.status says in JSON how it is (state: current, kept, absent) and why. The exit status is 0 all the same, so that no boot fails; see "
            + "--strict.\n"
            + "Options other than the first five are those of cdi generate.",
        Examples =
        [
            new Example("what the service nvidia-cdi-refresh does", "nvidia-ctk cdi refresh --wait=30"),
            new Example("without systemd, for as long as the machine runs", "nvidia-ctk cdi refresh --watch"),
            new Example("in a script that needs the GPUs", "nvidia-ctk cdi refresh --wait=60 --strict"),
        ],
        Options = [s_output, s_wait, s_watch, s_interval, s_strict,
            .. GenerateFlags.All.Where(static option => option != GenerateFlags.Output && option != GenerateFlags.Explain)],
    };

    private static int Run(Invocation invocation)
    {
        GenerateRequest request = GenerateRequest.Read(invocation, HostContext.OfThisProcess(), s_output);
        if (request.Output.Length == 0)
            throw new ToolkitException("invalid --output: a refresh needs a file; by default it is /var/run/cdi/nvidia.yaml");
        TimeSpan wait = Seconds(invocation, s_wait), interval = Seconds(invocation, s_interval);
        var refresh = new SpecRefresh(invocation, request);
        using var events = new KernelEvents(HostChanges.Matters);
        RefreshStatus status = HostChanges.Await(refresh, events, wait);
        if (invocation.Get(s_watch))
            HostChanges.Follow(refresh, events, interval);
        return invocation.Get(s_strict) && status.State != RefreshState.Current ? 1 : 0;
    }

    private static TimeSpan Seconds(Invocation invocation, TextOption setting)
    {
        string text = invocation.Get(setting);
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) || seconds > 86400)
            throw new ToolkitException($"invalid {setting.Name}: {text}; use a number of seconds up to 86400");
        return TimeSpan.FromSeconds(seconds);
    }
}
