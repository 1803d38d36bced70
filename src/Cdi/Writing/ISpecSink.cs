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
