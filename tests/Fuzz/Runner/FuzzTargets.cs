namespace GpuContainers.Fuzz.Tests.Runner;

/// <summary>All targets of this program, by name.</summary>
public static class FuzzTargets
{
    private static readonly SortedDictionary<string, IFuzzTarget> ByName = Find();

    /// <summary>The names of the targets, in byte order.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>The target of that name; an <see cref="ArgumentException"/> names those there are when there is no such target.</summary>
    public static IFuzzTarget Get(string name) =>
        ByName.TryGetValue(name, out IFuzzTarget? target)
            ? target
            : throw new ArgumentException($"no fuzz target is called \"{name}\"; there are: {string.Join(", ", Names)}");

    private static SortedDictionary<string, IFuzzTarget> Find()
    {
        var found = new SortedDictionary<string, IFuzzTarget>(StringComparer.Ordinal);
        foreach (Type type in typeof(IFuzzTarget).Assembly.GetTypes())
        {
            if (!type.IsAbstract && type.IsAssignableTo(typeof(IFuzzTarget)))
            {
                var target = (IFuzzTarget)Activator.CreateInstance(type)!;
                found.Add(target.Name, target);
            }
        }
        return found;
    }
}
