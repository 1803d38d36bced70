using System.Text.Json;
using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Prestart;

/// <summary>What one pass over config.json finds, before its version is known and with it the form of the capabilities.</summary>
internal sealed class HookSpecificationParts
{
    /// <summary>The value of <c>ociVersion</c>; null when there is none.</summary>
    public string? Version { get; private set; }

    /// <summary>Whether there is a process.</summary>
    public bool HasProcess { get; private set; }

    /// <summary>The entries of <c>process.env</c>.</summary>
    public List<string> Environment { get; private set; } = [];

    /// <summary>Where the value of <c>process.capabilities</c> stands; empty when there is none.</summary>
    public Range Capabilities { get; private set; } = ..0;

    /// <summary>Whether there is a root.</summary>
    public bool HasRoot { get; private set; }

    /// <summary>The value of <c>root.path</c>.</summary>
    public string Root { get; private set; } = "";

    /// <summary>Source and destination of each mount.</summary>
    public List<(string Source, string Destination)> Mounts { get; } = [];

    /// <summary>Reads the first JSON value.</summary>
    /// <exception cref="JsonException">It is not a JSON object, or a part that is used has another type.</exception>
    public static HookSpecificationParts Read(ReadOnlySpan<byte> json)
    {
        var parts = new HookSpecificationParts();
        Utf8JsonReader reader = PrestartJson.Reader(json);
        if (!PrestartJson.Enter(ref reader, "the specification"))
            return parts;
        while (PrestartJson.NextMember(ref reader, out string name))
        {
            switch (name)
            {
                case "ociversion": parts.ReadVersion(ref reader); break;
                case "process": parts.ReadProcess(ref reader); break;
                case "root": parts.ReadRoot(ref reader); break;
                case "mounts": parts.ReadMounts(ref reader); break;
                default: reader.Skip(); break;
            }
        }
        return parts;
    }

    // Null is as good as absent, an empty text is not.
    private void ReadVersion(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.Null)
            Version = PrestartJson.Text(ref reader, "ociVersion", "");
    }

    private void ReadProcess(ref Utf8JsonReader reader)
    {
        HasProcess = PrestartJson.Enter(ref reader, "process");
        while (HasProcess && PrestartJson.NextMember(ref reader, out string name))
        {
            if (name == "env")
            {
                ReadEnvironment(ref reader);
                continue;
            }
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (name == "capabilities")
                Capabilities = start..(int)reader.BytesConsumed;
        }
    }

    // Counted while it is read: a list that is too large shall not be held first (SEC-28).
    private void ReadEnvironment(ref Utf8JsonReader reader)
    {
        Environment = [];
        if (!PrestartJson.EnterList(ref reader, "process.env"))
            return;
        var size = new EnvironmentSize();
        while (PrestartJson.NextElement(ref reader))
        {
            Environment.Add(PrestartJson.Text(ref reader, "process.env", ""));
            size.Add(Environment[^1]);
        }
    }

    private void ReadRoot(ref Utf8JsonReader reader)
    {
        HasRoot = PrestartJson.Enter(ref reader, "root");
        while (HasRoot && PrestartJson.NextMember(ref reader, out string name))
        {
            if (name == "path")
                Root = PrestartJson.Text(ref reader, "root.path", Root);
            else
                reader.Skip();
        }
    }

    private void ReadMounts(ref Utf8JsonReader reader)
    {
        Mounts.Clear();
        if (!PrestartJson.EnterList(ref reader, "mounts"))
            return;
        while (PrestartJson.NextElement(ref reader))
        {
            string source = "";
            string destination = "";
            if (!PrestartJson.Enter(ref reader, "mounts"))
                continue;
            while (PrestartJson.NextMember(ref reader, out string name))
            {
                switch (name)
                {
                    case "source": source = PrestartJson.Text(ref reader, "mounts.source", source); break;
                    case "destination": destination = PrestartJson.Text(ref reader, "mounts.destination", destination); break;
                    default: reader.Skip(); break;
                }
            }
            Mounts.Add((source, destination));
        }
    }
}
