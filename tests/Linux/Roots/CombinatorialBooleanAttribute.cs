using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace GpuContainers.Linux.Tests.Roots;

/// <summary>Runs a test with false and with true.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CombinatorialBooleanAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        ValueTask.FromResult<IReadOnlyCollection<ITheoryDataRow>>([new TheoryDataRow<bool>(false), new TheoryDataRow<bool>(true)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
