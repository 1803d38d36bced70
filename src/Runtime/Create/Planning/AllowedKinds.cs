using GpuContainers.Cdi;
using GpuContainers.Diagnostics;

namespace GpuContainers.Runtime.Create.Planning;

/// <summary>
/// The kinds of CDI devices that an image may ask for. Without a list all: a variable of an image reaches the devices of every vendor that has specifications
/// on the host (RT-269).
/// </summary>
internal static class AllowedKinds
{
    /// <summary>Passes when every qualified name has an allowed kind.</summary>
    /// <param name="devices">The names of the container's environment.</param>
    /// <param name="allowed">Kinds, such as "nvidia.com/gpu" or "nvidia.com/*"; none means all.</param>
    /// <exception cref="CoreException">Some have not.</exception>
    public static void Require(IReadOnlyList<string> devices, IReadOnlyList<string> allowed)
    {
        if (allowed.Count == 0)
            return;
        var exact = new HashSet<string>(allowed, StringComparer.Ordinal) { AutomaticDevices.Kind };
        var refused = new List<string>();
        foreach (string device in devices)
        {
            if (QualifiedDeviceName.IsQualified(device) && !IsAllowed(device[..device.IndexOf('=')], exact))
                refused.Add(device);
        }
        if (refused.Count == 0)
            return;
        throw new CoreException(
            $"environment variables of containers may not ask for the CDI devices {ShownValues.List(refused, ", ")}; ask for them by the engine's option or " +
                $"an annotation, or add their kinds to nvidia-container-runtime.modes.cdi.allowed-kinds ({string.Join(", ", allowed)})");
    }

    private static bool IsAllowed(string kind, HashSet<string> allowed) =>
        allowed.Contains(kind) || allowed.Contains($"{kind.AsSpan(0, kind.IndexOf('/'))}/*");
}
