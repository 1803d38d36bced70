using GpuContainers.Cdi;
using GpuContainers.Generation.Explanations;

namespace GpuContainers.Generation.Tests.Discovery;

/// <summary>Searches on simulated hosts, and what they find told from the host's own view.</summary>
internal static class Searches
{
    /// <summary>The parts of a generation with the roots of the host's description.</summary>
    internal static Wiring Parts(this SimulatedTree host, GenerationOptions? options = null, Explanation? explanation = null) =>
        new(host.Options(options), host.Context(), explanation);

    /// <summary>Options with the roots of the host's description; a device root that is set is one of the host.</summary>
    internal static GenerationOptions Options(this SimulatedTree host, GenerationOptions? options = null)
    {
        GenerationOptions given = options ?? new GenerationOptions { Mode = GenerationMode.Nvml };
        return given with
        {
            DriverRoot = host.DriverRoot,
            DevRoot = given.DevRoot.Length == 0 ? host.Root : host.At(given.DevRoot),
            LibrarySearchPaths = [.. given.LibrarySearchPaths.Select(host.At)],
            ConfigSearchPaths = [.. given.ConfigSearchPaths.Select(host.At)],
        };
    }

    /// <summary>A host path from the host's own view; what lies elsewhere stays as it is.</summary>
    internal static string Inside(this SimulatedTree host, string path) =>
        path.StartsWith(host.Root + "/", StringComparison.Ordinal) ? path[host.Root.Length..] : path;

    /// <summary>"HOST > CONTAINER" of each mount, or one path where both are the same.</summary>
    internal static IEnumerable<string> Mounts(this SimulatedTree host, ContainerEdits edits) => edits.Mounts.Select(mount =>
        host.Inside(mount.HostPath) is var inside && inside == mount.ContainerPath ? inside : $"{inside} > {mount.ContainerPath}");

    /// <summary>The arguments of each hook behind the program's name, with host paths from the host's own view.</summary>
    internal static IEnumerable<string> Hooks(this SimulatedTree host, ContainerEdits edits) =>
        edits.Hooks.Select(hook => string.Join(' ', hook.Args.Skip(1)).Replace(host.Root, "", StringComparison.Ordinal));

    /// <summary>The links of the create-symlinks hooks, in order.</summary>
    internal static IEnumerable<string> Links(this SimulatedTree host, ContainerEdits edits) =>
        host.Hooks(edits).Where(static hook => hook.StartsWith("create-symlinks ", StringComparison.Ordinal))
            .SelectMany(static hook => hook.Split(" --link ").Skip(1));

    /// <summary>The paths of the nodes, in order.</summary>
    internal static IEnumerable<string> Nodes(ContainerEdits edits) => edits.DeviceNodes.Select(static node => node.Path);
}
