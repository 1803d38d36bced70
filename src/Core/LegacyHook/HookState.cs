using System.Text.Json;

namespace GpuContainers.Core.LegacyHook;

/// <summary>The state of the container that the OCI runtime writes to the hook's standard input (LG-18, LG-19).</summary>
/// <param name="Pid">The container's process; 0 when it is not given.</param>
/// <param name="Bundle">The bundle directory.</param>
internal sealed record HookState(long Pid, string Bundle)
{
    /// <summary>Reads the first JSON value; what follows it, and all other members, are ignored.</summary>
    /// <exception cref="CoreException">There is no JSON object, or a member that is used has another type.</exception>
    public static HookState Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return Read(json);
        }
        catch (JsonException error)
        {
            throw new CoreException(CoreFailure.ContainerState, $"could not decode container state: {error.Message}; the OCI runtime writes it to standard input", error);
        }
    }

    private static HookState Read(ReadOnlySpan<byte> json)
    {
        long pid = 0;
        string bundle = "";
        string bundlePath = "";
        Utf8JsonReader reader = HookJson.Reader(json);
        if (HookJson.Enter(ref reader, "the container state"))
        {
            while (HookJson.NextMember(ref reader, out string name))
            {
                switch (name)
                {
                    case "pid": pid = HookJson.Integer(ref reader, name); break;
                    case "bundle": bundle = HookJson.Text(ref reader, name); break;
                    // Runtimes before Docker 17.06.
                    case "bundlepath": bundlePath = HookJson.Text(ref reader, "bundlePath"); break;
                    default: reader.Skip(); break;
                }
            }
        }
        return new HookState(pid, bundle.Length > 0 ? bundle : bundlePath);
    }
}
