using GpuContainers.Runtime.Hooks.CommandLine;
using GpuContainers.Runtime.Hooks.State;

namespace GpuContainers.Runtime.Hooks;

/// <summary>What a hook is told about its container, and the way to the container's root; both are looked at once, however many hooks are run.</summary>
/// <param name="streams">Where the state comes from.</param>
/// <param name="arguments">The arguments of this process, the hook's name among them.</param>
internal sealed class HookContext(HookStreams streams, byte[][] arguments) : IDisposable
{
    // What is read comes from the engine, but memory is the container's (HK-34).
    private const long StateLimit = 1 << 20;
    private const long ConfigLimit = 16 << 20;

    private HookState? _state;
    private ContainerRoot? _root;
    private ContainerRoot? _writable;

    /// <summary>The values of the hook's flags; those of the first one that asks tell where the state is.</summary>
    internal required HookValues Values { get; set; }

    /// <summary>What the files of the container may make this process do: one budget, however many hooks a sequence has (SEC-24).</summary>
    internal WorkBudget Budget { get; } = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        _writable?.Dispose();
        _root?.Dispose();
    }

    /// <summary>
    /// Opens the container's root; it is closed with this object. The state is read to its end (HK-35), unless the root is certain without it (HK-151).
    /// </summary>
    /// <param name="forWriting">Whether a root that is already read-only is to be made writable for this process alone (HK-41).</param>
    /// <exception cref="HookException">The state, config.json or root cannot be used.</exception>
    internal ContainerRoot OpenRoot(bool forWriting)
    {
        _root ??= Open(WorkingPath() ?? RootPath(ReadState()));
        return forWriting ? _writable ??= _root.ForWriting() : _root;
    }

    // The state that an option names is asked for, and one that is here already costs nothing.
    private string? WorkingPath()
    {
        if (_state is not null || StatePath.Length > 0 || !WorkingRoot.IsCertain(arguments, ConfigLimit))
            return null;
        string path = HostPathResolution.Resolve(".");
        Log.Debug($"the container's root is the working directory {path}: the config.json of its bundle names it, and this hook");
        return path;
    }

    private static ContainerRoot Open(string path)
    {
        try
        {
            return ContainerRoot.Open(path);
        }
        catch (LinuxException error)
        {
            throw new HookException($"cannot use the container root {path}: {error.Message}", error);
        }
    }

    /// <summary>Reads the state to its end (HK-35).</summary>
    /// <exception cref="HookException">It cannot be read, or is not a state.</exception>
    internal HookState ReadState() => _state ??= HookState.Parse(StateText());

    /// <summary>The bundle's config.json.</summary>
    /// <exception cref="HookException">It cannot be read.</exception>
    internal static byte[] ReadConfig(HookState state)
    {
        try
        {
            return HostFile.ReadAll(ConfigPath(state.Bundle), ConfigLimit);
        }
        catch (LinuxException error)
        {
            throw UnreadableConfig(error);
        }
    }

    // The option is called container-spec and names the state (HK-24); empty stands for standard input.
    private string StatePath => Values.Text(HookCommand.ContainerSpec) is { } path and not "-" ? path : "";

    private byte[] StateText()
    {
        string path = StatePath;
        try
        {
            return path.Length == 0 ? streams.Input.ReadToEnd(StateLimit, "standard input") : HostFile.ReadAll(path, StateLimit);
        }
        catch (LinuxException error)
        {
            throw new HookException($"cannot read the container state: {error.Message}", error);
        }
    }

    // The path must be absolute, and must not be the host's (HK-28, HK-30, HK-31).
    private static string RootPath(HookState state)
    {
        string root = state.Root.Length > 0 ? state.Root : RootOfBundle(state.Bundle);
        string path = root.StartsWith('/') ? root : state.Bundle.StartsWith('/') && root.Length > 0 ? LexicalPath.Join(state.Bundle, root) : "";
        if (path.Length == 0)
            throw new HookException($"the container state names no absolute root: bundle \"{state.Bundle}\", root \"{root}\"");
        return path;
    }

    private static string RootOfBundle(string bundle)
    {
        string file = ConfigPath(bundle);
        try
        {
            return HookState.RootPathOf(HostFile.ReadAll(file, ConfigLimit));
        }
        // In a user namespace config.json may be unreadable; runc's working directory is the root then (HK-32).
        catch (LinuxException error) when (error.Errno == Errno.EACCES && IsForeignMountPoint(bundle))
        {
            return HostPathResolution.Resolve(".");
        }
        catch (LinuxException error)
        {
            throw UnreadableConfig(error);
        }
    }

    private static string ConfigPath(string bundle) => bundle.StartsWith('/')
        ? LexicalPath.Join(bundle, "config.json")
        : throw new HookException($"the container state names no absolute bundle (\"{bundle}\")");

    private static HookException UnreadableConfig(LinuxException error) =>
        new($"cannot read the container's configuration: {error.Message}", error);

    private static bool IsForeignMountPoint(string bundle) =>
        HostFile.TryStatus(".", true, out FileStatus here) && here.IsMountPoint
        && !(HostFile.TryStatus(bundle, true, out FileStatus there) && here.IsSameFile(there));
}

/// <summary>Where a hook reads its state from and writes to; whoever makes it keeps the descriptors open.</summary>
/// <param name="Input">Standard input.</param>
/// <param name="Output">Standard output: help and version only (HK-18).</param>
/// <param name="Log">Standard error: everything else.</param>
internal sealed record HookStreams(Descriptor Input, Descriptor Output, HookLog Log)
{
    /// <summary>The process's own three.</summary>
    internal static HookStreams OfProcess() => new(new Descriptor(0), new Descriptor(1), new HookLog(new Descriptor(2)));
}

/// <summary>A hook that could not do its work; the message is the one error record the user sees.</summary>
/// <param name="message">What happened, to what, and what to do.</param>
/// <param name="cause">The error underneath, if any.</param>
public sealed class HookException(string message, Exception? cause = null) : ToolkitException(message, cause);

/// <summary>What a hook leaves as it is, because it lies on a volume or another mount that is not the container's own: told once a run (HK-147).</summary>
internal sealed class Volumes
{
    private bool _told;

    /// <summary>Does what writes to the container, or leaves it.</summary>
    /// <returns>Whether it was done.</returns>
    internal bool Write(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (ForeignMountException refused)
        {
            Leave(refused.Path);
            return false;
        }
    }

    /// <summary>Tells of something that is left.</summary>
    internal void Leave(string path)
    {
        if (!_told)
        {
            Log.Warning(
                $"leaving {path} in the container as it is, and what else is there: it is on a volume, or on another mount that is not the container's own");
        }
        _told = true;
    }
}
