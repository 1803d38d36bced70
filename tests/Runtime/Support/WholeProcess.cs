namespace GpuContainers.Runtime.Tests.Support;

/// <summary>Tests that change what a process has but once, its environment or its working directory: they run when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeProcess
{
    internal const string Name = "the whole process";
}
