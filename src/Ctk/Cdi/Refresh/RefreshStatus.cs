using System.Text.Json;
using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Cdi.Refresh;

/// <summary>What the last refresh left, in a file beside the specification.</summary>
/// <param name="State">How the specification is.</param>
/// <param name="Message">Why it is so; empty when it is current.</param>
/// <param name="Specifications">The files that the last successful generation is in.</param>
/// <param name="Paths">The files and folders that it found or searched.</param>
/// <param name="Facts">What the host was like before it.</param>
internal sealed record RefreshStatus(
    RefreshState State, string Message, IReadOnlyList<string> Specifications, IReadOnlyList<string> Paths, IReadOnlyList<string> Facts)
{
    private const long Limit = 4 << 20;

    /// <summary>What counts where no refresh has been.</summary>
    public static RefreshStatus None { get; } = new(RefreshState.Absent, "", [], [], []);

    /// <summary>Where the status of a specification is.</summary>
    public static string PathFor(string specification) => specification + ".status";

    /// <summary>Reads a status; what is missing or no status at all counts as none, because a refresh makes a new one.</summary>
    public static RefreshStatus Read(string path)
    {
        if (!HostFile.TryReadAll(path, Limit, out byte[] bytes, out _))
            return None;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            JsonElement root = document.RootElement;
            return new RefreshStatus(
                Enum.TryParse(Text(root, "state"), ignoreCase: true, out RefreshState state) ? state : RefreshState.Absent,
                Text(root, "message"), Texts(root, "specifications"), Texts(root, "paths"), Texts(root, "facts"));
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return None;
        }
    }

    /// <summary>Writes the status if the file does not say the same already.</summary>
    /// <exception cref="Linux.LinuxException">It could not be written.</exception>
    public void Write(string path)
    {
        byte[] bytes = ToJson();
        if (!HostFile.TryReadAll(path, Limit, out byte[] present, out _) || !present.AsSpan().SequenceEqual(bytes))
            AtomicFile.Create(path, bytes, FileModes.PublicFile);
    }

    private byte[] ToJson() => JsonLine.Bytes(json =>
    {
        json.Member("state", State.ToString().ToLowerInvariant());
        json.Member("message", Message);
        json.Member("specifications", Specifications);
        json.Member("paths", Paths);
        json.Member("facts", Facts);
    });

    private static string Text(JsonElement root, string name) => root.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";

    private static IReadOnlyList<string> Texts(JsonElement root, string name) =>
        root.TryGetProperty(name, out JsonElement list) ? [.. list.EnumerateArray().Select(static item => item.GetString() ?? "")] : [];
}

/// <summary>How a specification is.</summary>
internal enum RefreshState
{
    /// <summary>There is none: no generation has succeeded yet.</summary>
    Absent,

    /// <summary>It describes the host.</summary>
    Current,

    /// <summary>The last generation failed; the specification is that of an earlier one.</summary>
    Kept,
}
