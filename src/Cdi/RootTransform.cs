using GpuContainers.Cdi.Transforms;

namespace GpuContainers.Cdi;

/// <summary>Moves the paths of a document from one root to another, each entity of each device exactly once.</summary>
/// <param name="From">The root that paths lie below; empty counts as "/".</param>
/// <param name="To">What takes its place.</param>
/// <param name="RelativeToContainer">Whether paths in the container are meant; else paths on the host.</param>
public sealed record RootTransform(string From, string To, bool RelativeToContainer = false)
{
    /// <summary>The root that paths lie below; empty counts as "/".</summary>
    public string From { get; init => field = Argument.NotNull(value); } = Argument.NotNull(From, nameof(From));

    /// <summary>What takes its place.</summary>
    public string To { get; init => field = Argument.NotNull(value); } = Argument.NotNull(To, nameof(To));

    /// <summary>Applies the transform; equal roots change nothing at all.</summary>
    public CdiSpec Apply(CdiSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return From == To ? spec : SpecEdits.Map(spec, Edits);
    }

    /// <summary>One path after the move; what is not below the root comes back as it is.</summary>
    public string Path(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string root = From.EndsWith('/') ? From : From + "/";
        string whole = path + "/";
        return whole.StartsWith(root, StringComparison.Ordinal) ? LexicalPath.Join(To, whole[root.Length..]) : path;
    }

    /// <summary>One hook argument after the move: a whole path, or two joined by "::"; an empty one is left alone.</summary>
    public string HookArgument(string argument)
    {
        ArgumentNullException.ThrowIfNull(argument);
        int link = argument.IndexOf("::", StringComparison.Ordinal);
        return link < 0 ? NotEmpty(argument) : $"{NotEmpty(argument[..link])}::{NotEmpty(argument[(link + 2)..])}";
    }

    private string NotEmpty(string path) => path.Length == 0 ? path : Path(path);

    // Everything else stays as it is (CDI-145).
    private ContainerEdits Edits(ContainerEdits edits) => edits with
    {
        DeviceNodes = SpecEdits.Select(edits.DeviceNodes, Node),
        Mounts = SpecEdits.Select(edits.Mounts, Mount),
        Hooks = SpecEdits.Select(edits.Hooks, Hook),
    };

    // For the host the host path is always there afterwards (CDI-142); for the container it stays as it is (CDI-143).
    private DeviceNode Node(DeviceNode node) => RelativeToContainer
        ? node with { Path = Path(node.Path) }
        : node with { HostPath = Path(node.HostPath.Length > 0 ? node.HostPath : node.Path) };

    private Mount Mount(Mount mount) => RelativeToContainer
        ? mount with { ContainerPath = Path(mount.ContainerPath) }
        : mount with { HostPath = Path(mount.HostPath) };

    private Hook Hook(Hook hook)
    {
        // startContainer runs in the container; the arguments of createContainer hooks name paths in it.
        bool pathInContainer = hook.HookName == "startContainer";
        bool argsInContainer = pathInContainer || hook.HookName == "createContainer";
        return hook with
        {
            Path = pathInContainer == RelativeToContainer ? Path(hook.Path) : hook.Path,
            Args = argsInContainer == RelativeToContainer ? SpecEdits.Select(hook.Args, HookArgument) : hook.Args,
        };
    }
}

/// <summary>Moves a document from the root in which the driver was found to where the container runtime sees it.</summary>
public sealed record DriverRootTransform
{
    /// <summary>Where the driver was found.</summary>
    public string DriverRoot { get; init => field = Argument.NotNull(value); } = "/";

    /// <summary>Where the driver lies for the container runtime.</summary>
    public string TargetDriverRoot { get; init => field = Argument.NotNull(value); } = "/";

    /// <summary>Where the device nodes were found; null for the driver root.</summary>
    public string? DevRoot { get; init; }

    /// <summary>Where the device nodes lie for the container runtime; null for the target driver root.</summary>
    public string? TargetDevRoot { get; init; }

    /// <summary>Applies the transform.</summary>
    public CdiSpec Apply(CdiSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        string targetDevRoot = TargetDevRoot ?? TargetDriverRoot;
        if (targetDevRoot != TargetDriverRoot)
            spec = new RootTransform(Dev(DevRoot ?? DriverRoot), Dev(targetDevRoot)).Apply(spec);
        return new RootTransform(DriverRoot, TargetDriverRoot).Apply(spec);
    }

    private static string Dev(string root)
    {
        string clean = LexicalPath.Clean(root);
        return LexicalPath.Join(clean.EndsWith("/dev", StringComparison.Ordinal) ? clean[..^4] : clean, "/dev");
    }
}
