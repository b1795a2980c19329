from passrole_aws import github


def test_the_first_version_needs_no_permission_of_its_own() -> None:
    ((provider,),) = [github.passrole_action_providers()]

    assert str(provider) == "Source/ThirdParty/GitHub/1"
    assert provider.needs == ()
    assert provider.artifacts is not None
