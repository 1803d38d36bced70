namespace GpuContainers.Cdi.Reading;

/// <summary>
/// Turns nodes into the model, strictly: unknown and repeated members, wrong types and numbers out of range are problems (CDI-22 to CDI-30). All
/// problems of a document are collected; NVIDIA's toolkit stops at the first.
/// </summary>
internal sealed partial class SpecBinder
{
    private readonly List<CdiProblem> _repeated = [];
    private readonly List<CdiProblem> _problems = [];
    private readonly List<(string Name, int Index)> _path = [];

    /// <summary>Members that occur in several spellings; the last one in byte order counts (CDI-29).</summary>
    internal List<CdiProblem> Warnings { get; } = [];

    // NVIDIA's toolkit finds repeated keys while it reads the text, everything else afterwards.
    internal List<CdiProblem> Problems => [.. _repeated, .. _problems];

    internal CdiSpec Spec(SpecNode node)
    {
        var spec = new CdiSpec();
        foreach ((string name, SpecNode value) in Members(node, "cdiVersion", "kind", "annotations", "devices", "containerEdits"))
        {
            Enter(name);
            spec = name switch
            {
                "cdiVersion" => spec with { Version = Text(value, spec.Version) },
                "kind" => spec with { Kind = Text(value, spec.Kind) },
                "annotations" => spec with { Annotations = Annotations(value, spec.Annotations) },
                "devices" => spec with { Devices = List(value, Device) },
                _ => spec with { ContainerEdits = Edits(value, spec.ContainerEdits) },
            };
            Leave();
        }
        return spec;
    }

    private CdiDevice Device(SpecNode node)
    {
        var device = new CdiDevice();
        foreach ((string name, SpecNode value) in Members(node, "name", "annotations", "containerEdits"))
        {
            Enter(name);
            device = name switch
            {
                "name" => device with { Name = Text(value, device.Name) },
                "annotations" => device with { Annotations = Annotations(value, device.Annotations) },
                _ => device with { ContainerEdits = Edits(value, device.ContainerEdits) },
            };
            Leave();
        }
        return device;
    }

    private IReadOnlyDictionary<string, string> Annotations(SpecNode node, IReadOnlyDictionary<string, string> current)
    {
        if (IsNull(node))
            return ValueMap.Empty;
        if (!Expect(node, SpecNodeKind.Map, "a map of strings"))
            return current;
        var annotations = new Dictionary<string, string>(current, StringComparer.Ordinal);
        foreach ((string key, _, SpecNode value) in Keys(node))
        {
            Enter(key);
            annotations[key] = Text(value, "");
            Leave();
        }
        return annotations;
    }

    private ValueList<T> List<T>(SpecNode node, Func<SpecNode, T> item)
    {
        if (IsNull(node) || !Expect(node, SpecNodeKind.List, "a list"))
            return ValueList<T>.Empty;
        var items = new T[node.Items.Count];
        for (int i = 0; i < items.Length; i++)
        {
            _path.Add(("", i));
            items[i] = item(node.Items[i]);
            Leave();
        }
        return ValueList<T>.Adopt(items);
    }

    // NVIDIA's toolkit crashes on a null entity (CDI-25).
    private ValueList<T> Entities<T>(SpecNode node, Func<SpecNode, T> item) => List(node, value =>
    {
        if (IsNull(value))
            Report(value, "is null: remove the item or fill it in");
        return item(value);
    });

    private ValueList<string> Texts(SpecNode node) => List(node, value => Text(value, ""));

    private string Text(SpecNode node, string current) =>
        Resolve(node, "a string") is not { } value || value.Kind == ScalarKind.Null ? current : value.AsText();

    private bool Flag(SpecNode node, bool current)
    {
        if (Resolve(node, "true or false") is not { } value || value.Kind == ScalarKind.Null)
            return current;
        // Never from a string (CDI-24).
        if (value.Kind != ScalarKind.Bool)
            Report(node, $"cannot unmarshal {Found(value)} into true or false");
        return value.Flag;
    }

    private long Integer(SpecNode node, long current) => (long?)Number(node, long.MinValue, long.MaxValue) ?? current;

    private long? NullableInteger(SpecNode node) => (long?)Number(node, long.MinValue, long.MaxValue);

    private uint? NullableUnsigned(SpecNode node) => (uint?)Number(node, 0, uint.MaxValue);

    // A float without a fraction counts as an integer; a quoted number does not (CDI-23).
    private Int128? Number(SpecNode node, long least, long most)
    {
        if (Resolve(node, "a number") is not { } value || value.Kind == ScalarKind.Null)
            return null;
        // A minus sign is an error for unsigned targets even before a zero.
        bool signed = least < 0 || value.Kind != ScalarKind.Float || !double.IsNegative(value.Number);
        if (signed && value.AsInteger() is { } number && number >= least && number <= most)
            return number;
        Report(node, $"cannot unmarshal {Found(value)} into a whole number from {least} to {most}");
        return null;
    }

    private ScalarValue? Resolve(SpecNode node, string wanted)
    {
        if (!Expect(node, SpecNodeKind.Scalar, wanted))
            return null;
        if (!ScalarValue.TryResolve(node, out ScalarValue value, out string cause))
        {
            Report(node, cause);
            return null;
        }
        return value;
    }

    private static string Found(ScalarValue value) => value.Kind switch
    {
        ScalarKind.Bool => "bool",
        ScalarKind.Integer or ScalarKind.Float => "number " + value.AsText(),
        _ => $"string \"{value.Text}\"",
    };

    private static bool IsNull(SpecNode node) =>
        node.Kind == SpecNodeKind.Scalar && ScalarValue.TryResolve(node, out ScalarValue value, out _) && value.Kind == ScalarKind.Null;

    // A scalar in place of a list or mapping is an error, and the reverse (CDI-30).
    private bool Expect(SpecNode node, SpecNodeKind kind, string wanted)
    {
        if (node.Kind == kind)
            return true;
        Report(node, $"cannot unmarshal {node.KindName} into {wanted}");
        return false;
    }
}
