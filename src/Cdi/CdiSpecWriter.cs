using GpuContainers.Cdi.Model;
using GpuContainers.Cdi.Writing;

namespace GpuContainers.Cdi;

/// <summary>Writes documents in exactly NVIDIA's format.</summary>
public static class CdiSpecWriter
{
    /// <summary>The document as JSON on one line, without a newline at the end. It is not validated.</summary>
    public static byte[] ToJson(CdiSpec spec)
    {
        var sink = new JsonSink();
        Write(sink, spec, Texts.Compare, alwaysGlobal: true);
        return sink.ToArray();
    }

    /// <summary>The document as YAML, beginning with "---" and ending with one newline. It is not validated.</summary>
    public static byte[] ToYaml(CdiSpec spec)
    {
        var sink = new YamlSink();
        // Unlike in JSON, empty global edits do not appear (CDI-182).
        Write(sink, spec, NaturalOrder.Compare, alwaysGlobal: false);
        return sink.ToArray();
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
