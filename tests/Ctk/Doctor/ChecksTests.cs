using GpuContainers.Ctk.Doctor;

namespace GpuContainers.Ctk.Tests.Doctor;

/// <summary>Every check on machines in which it fires, and in which it does not.</summary>
public sealed class ChecksTests
{
    public static TheoryData<int> Cases => [.. Enumerable.Range(0, DoctorCases.All.Count)];

    [Theory]
    [Requirement("DR-1", "DR-18")]
    [MemberData(nameof(Cases))]
    public void A_check_says_what_is_wrong_with_a_machine(int index)
    {
        DoctorCase wanted = DoctorCases.All[index];
        using SimulatedTree tree = wanted.Host is null ? HealthyHost.Make() : HealthyHost.Make(wanted.Host);
        wanted.Change(tree);
        IReadOnlyList<Finding> findings = AllChecks.List.Single(check => check.Code == wanted.Code).Look(HealthyHost.Examine(tree));
        Finding? found = findings.FirstOrDefault(finding => finding.Verdict == wanted.Verdict
            && finding.Seen.Replace(tree.Root, "", StringComparison.Ordinal).StartsWith(wanted.Seen, StringComparison.Ordinal));
        Assert.True(found is not null, $"{wanted.Code}: wanted {wanted.Verdict} \"{wanted.Seen}\", but found\n{string.Join('\n', findings)}");
        Assert.Equal(wanted.Verdict is Verdict.Error or Verdict.Warning, found.Cure is not null);
    }

    [Fact]
    [Requirement("DR-1")]
    public void Every_check_has_a_machine_in_which_it_fires_and_one_in_which_it_does_not()
    {
        using SimulatedTree tree = HealthyHost.Make();
        ILookup<string, Verdict> healthy = Examination.Of(HealthyHost.Examine(tree), AllChecks.List).Results
            .ToLookup(static result => result.Check.Code, static result => result.Finding.Verdict);
        foreach (Check check in AllChecks.List)
        {
            DoctorCase[] cases = [.. DoctorCases.All.Where(one => one.Code == check.Code)];
            Assert.True(cases.Any(static one => one.Verdict is Verdict.Error or Verdict.Warning), $"{check.Code} fires in no case");
            bool isQuiet = check.Code == "engine-snap" ? !healthy[check.Code].Contains(Verdict.Warning)
                : cases.Any(static one => one.Verdict == Verdict.Ok) || healthy[check.Code].Contains(Verdict.Ok);
            Assert.True(isQuiet, $"{check.Code} is never content");
        }
    }

    [Fact]
    [Requirement("DR-2")]
    public void On_a_healthy_machine_with_Docker_and_containerd_nothing_is_wrong()
    {
        using SimulatedTree tree = HealthyHost.Make();
        Examination examination = Examination.Of(HealthyHost.Examine(tree), AllChecks.List);
        Assert.Empty(examination.Results.Where(static result => result.Finding.Verdict is Verdict.Error or Verdict.Warning).Select(static r => r.ToString()));
        Assert.Empty(examination.Failures);
        Assert.Equal(0, examination.ExitStatus);
    }

    [Fact]
    public void Codes_are_unique_and_texts_are_sentences_without_full_stop()
    {
        Assert.Equal(AllChecks.List.Count, AllChecks.List.Select(static check => check.Code).Distinct().Count());
        Assert.All(AllChecks.List, static check => Assert.False(check.Why.EndsWith('.')));
    }
}
