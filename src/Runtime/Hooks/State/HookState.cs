using System.Text.Json;

namespace GpuContainers.Runtime.Hooks.State;

/// <summary>What a hook needs of the OCI container state (HK-24 to HK-27).</summary>
/// <param name="Bundle">The bundle's path; empty when absent.</param>
/// <param name="Process">The number of the container's first process; 0 when absent.</param>
/// <param name="Root">crun's own member: the root's path, maybe relative to the bundle; empty when absent.</param>
internal sealed record HookState(string Bundle, long Process, string Root)
{
    /// <summary>Reads the first JSON value; what follows it is ignored (HK-25).</summary>
    /// <exception cref="HookException">No JSON value, no object, or a member of the wrong type.</exception>
    internal static HookState Parse(ReadOnlySpan<byte> json)
    {
        string bundle = "";
        string root = "";
        long process = 0;
        HookJson.ReadObject(json, "container state", (ref Utf8JsonReader reader, string name) =>
        {
            // In any case, a later one wins (HK-26). Members that are not used may be of any type (HK-27).
            if (name.Equals("bundle", StringComparison.OrdinalIgnoreCase))
                bundle = HookJson.Text(ref reader, "bundle", bundle);
            else if (name.Equals("root", StringComparison.OrdinalIgnoreCase))
                root = HookJson.Text(ref reader, "root", root);
            else if (name.Equals("pid", StringComparison.OrdinalIgnoreCase) && reader.TokenType == JsonTokenType.Number)
                process = reader.TryGetInt64(out long number) ? number : 0;
            else
                reader.Skip();
        });
        return new HookState(bundle, process, root);
    }

    /// <summary>The value of root.path in a config.json; empty when it is absent (HK-29).</summary>
    /// <exception cref="HookException">No JSON object, or root.path is not a string.</exception>
    internal static string RootPathOf(ReadOnlySpan<byte> config)
    {
        string path = "";
        HookJson.ReadObject(config, "config.json", (ref Utf8JsonReader reader, string name) =>
        {
            if (!name.Equals("root", StringComparison.OrdinalIgnoreCase))
                reader.Skip();
            else if (reader.TokenType != JsonTokenType.Null)
                HookJson.ReadMembers(ref reader, "root", (ref Utf8JsonReader inner, string member) =>
                {
                    if (member.Equals("path", StringComparison.OrdinalIgnoreCase))
                        path = HookJson.Text(ref inner, "root.path", path);
                    else
                        inner.Skip();
                });
        });
        return path;
    }
}
