using System.Diagnostics.CodeAnalysis;
using GpuContainers.Cdi.Transforms;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Cdi;

/// <summary>Moves the paths of a document from one root to another; each entity of each device exactly once.</summary>
/// <param name="From">The root that paths lie below; empty counts as "/".</param>
/// <param name="To">What takes its place.</param>
/// <param name="RelativeToContainer">Whether paths in the container are meant; else paths on the host.</param>
public sealed record RootTransform(string From, string To, bool RelativeToContainer = false)
{
    /// <summary>Applies the transform; null stays null, and equal roots change nothing at all.</summary>
    [return: NotNullIfNotNull(nameof(spec))]
    public CdiSpec? Apply(CdiSpec? spec) => From == To ? spec : SpecEdits.Map(spec, Edits);

    // What is not below the root is returned byte for byte (CDI-139).
    /// <summary>One path after the move.</summary>
    public string Path(string path)
    {
        string root = From.EndsWith('/') ? From : From + "/";
        string whole = path + "/";
        return whole.StartsWith(root, StringComparison.Ordinal) ? LexicalPath.Join(To, whole[root.Length..]) : path;
    }

    /// <summary>One hook argument after the move: a whole path, or two joined by "::"; an empty one is left alone.</summary>
    public string Argument(string argument)
    {
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

    // In host mode the host path is always there afterwards (CDI-142). In container mode it stays as it is (CDI-143).
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
            Args = argsInContainer == RelativeToContainer ? SpecEdits.Select(hook.Args, Argument) : hook.Args,
        };
    }
}
