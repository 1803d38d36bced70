using Xunit.v3;

namespace GpuContainers.TestSupport;

/// <summary>
/// The rules of docs/requirements that a test proves, as the trait "Requirement": <c>--filter-trait "Requirement=RT-88"</c> runs the tests of one rule.
/// </summary>
/// <param name="ids">The ids, such as "RT-88".</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class RequirementAttribute(params string[] ids) : Attribute, ITraitAttribute
{
    /// <summary>The name of the trait.</summary>
    public const string Trait = "Requirement";

    /// <summary>The ids, as they were given.</summary>
    public IReadOnlyList<string> Ids => ids;

    /// <inheritdoc/>
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [.. ids.Select(static id => KeyValuePair.Create(Trait, id))];
}
