using GpuContainers.Oci.Json;

namespace GpuContainers.Cdi.Writing;

/// <summary>Takes a document member by member; one writes JSON, one YAML.</summary>
internal interface ISpecSink
{
    void BeginObject();

    void EndObject();

    void BeginList();

    void EndList();

    void Name(string name);

    void Value(string text);

    void Value(long number);

    void Value(bool flag);
}

/// <summary>Writes JSON on one line, without a newline at the end (CDI-174, CDI-175).</summary>
internal sealed class JsonSink : ISpecSink
{
    private readonly JsonLine _json = new();

    public void BeginObject() => _json.BeginObject();

    public void EndObject() => _json.EndObject();

    public void BeginList() => _json.BeginList();

    public void EndList() => _json.EndList();

    public void Name(string name) => _json.Name(name);

    public void Value(string text) => _json.Value(text);

    public void Value(long number) => _json.Value(number);

    public void Value(bool flag) => _json.Value(flag);

    internal byte[] ToArray() => _json.ToArray();
}
