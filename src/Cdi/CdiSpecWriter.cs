using GpuContainers.Cdi.Writing;

namespace GpuContainers.Cdi;

/// <summary>Writes documents exactly as NVIDIA's toolkit does. Nothing is validated: see <see cref="CdiSpec.Validate"/>.</summary>
public static class CdiSpecWriter
{
    /// <summary>The document as JSON on one line, without a newline at the end.</summary>
    public static byte[] ToJson(CdiSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var sink = new JsonSink();
        Write(sink, spec, Texts.Compare, alwaysGlobal: true);
        return sink.ToArray();
    }

    /// <summary>The document as YAML, beginning with "---" and ending with one newline.</summary>
    public static byte[] ToYaml(CdiSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var sink = new YamlSink();
        // Unlike in JSON, empty global edits do not appear (CDI-182).
        Write(sink, spec, NaturalOrder.Compare, alwaysGlobal: false);
        return sink.ToArray();
    }

    /// <summary>The document as YAML or JSON.</summary>
    public static byte[] ToBytes(CdiSpec spec, SpecFormat format) => format == SpecFormat.Json ? ToJson(spec) : ToYaml(spec);

    /// <summary>Writes the document into a stream, which stays open.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(CdiSpec spec, Stream stream, SpecFormat format = SpecFormat.Yaml)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(ToBytes(spec, format));
    }

    /// <summary>Writes the document as text, in whatever encoding the writer has.</summary>
    /// <exception cref="IOException">The text cannot be written.</exception>
    public static void Write(CdiSpec spec, TextWriter writer, SpecFormat format = SpecFormat.Yaml)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(Encoding.UTF8.GetString(ToBytes(spec, format)));
    }

    private static void Write(ISpecSink sink, CdiSpec spec, Comparison<string> keyOrder, bool alwaysGlobal)
    {
        sink.BeginObject();
        Text(sink, "cdiVersion", spec.Version);
        Text(sink, "kind", spec.Kind);
        Annotations(sink, spec.Annotations, keyOrder);
        sink.Name("devices");
        sink.BeginList();
        foreach (CdiDevice device in spec.Devices)
        {
            sink.BeginObject();
            Text(sink, "name", device.Name);
            Annotations(sink, device.Annotations, keyOrder);
            sink.Name("containerEdits");
            EditsWriter.Write(sink, device.ContainerEdits);
            sink.EndObject();
        }
        sink.EndList();
        if (alwaysGlobal || !spec.ContainerEdits.IsEmpty)
        {
            sink.Name("containerEdits");
            EditsWriter.Write(sink, spec.ContainerEdits);
        }
        sink.EndObject();
    }

    private static void Annotations(ISpecSink sink, IReadOnlyDictionary<string, string> annotations, Comparison<string> order)
    {
        if (annotations.Count == 0)
            return;
        var sorted = new List<string>(annotations.Keys);
        sorted.Sort(order);
        sink.Name("annotations");
        sink.BeginObject();
        foreach (string key in sorted)
            Text(sink, key, annotations[key]);
        sink.EndObject();
    }

    private static void Text(ISpecSink sink, string name, string value)
    {
        sink.Name(name);
        sink.Value(value);
    }
}

/// <summary>How a document is written.</summary>
public enum SpecFormat
{
    /// <summary>YAML in block style.</summary>
    Yaml,

    /// <summary>JSON on one line.</summary>
    Json,
}
